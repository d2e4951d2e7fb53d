// One SMTP collaboration provider: `pulumi up` saves it only if the server let us in.
package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"pulumi-smtp-collab/sdk/go/smtpcollab"
)

func main() {
	pulumi.Run(program)
}

func program(ctx *pulumi.Context) error {
	settings := config.New(ctx, "")
	args := &smtpcollab.SmtpCollaborationProviderArgs{
		DisplayName: pulumi.String("Deployment notifications"),
		Host:        pulumi.String(settings.Require("smtpHost")),
		Port:        pulumi.Int(settings.RequireInt("smtpPort")),
		StartTls:    pulumi.Bool(true),
		FromAddress: pulumi.String(settings.Require("fromAddress")),
		Username:    pulumi.String(settings.Require("smtpUsername")),
		Password:    settings.RequireSecret("smtpPassword"),
	}
	if certificates := settings.Get("caCertificates"); certificates != "" {
		args.CaCertificates = pulumi.String(certificates)
	}
	provider, err := smtpcollab.NewSmtpCollaborationProvider(ctx, "deployment-mail", args)
	if err != nil {
		return err
	}

	verification := provider.LastVerification
	ctx.Export("server", pulumi.Sprintf("%s:%d", provider.Host, provider.Port))
	ctx.Export("status", verification.Status())
	ctx.Export("stages", verification.Stages().ApplyT(func(stages []smtpcollab.StageResult) string {
		names := make([]string, len(stages))
		for i, stage := range stages {
			names[i] = string(stage.Name)
		}
		return strings.Join(names, " > ")
	}))
	ctx.Export("tls", verification.Server().TlsVersion())
	return nil
}
