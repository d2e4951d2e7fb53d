package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/dotnet"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// The lines of a project file that name its icon.
var icon = regexp.MustCompile(`(?s)\s*<PackageIcon>logo\.png</PackageIcon>|\s*<ItemGroup>\s*<None Include="logo\.png">.*?</ItemGroup>`)

// withoutIcon returns the SDK for .NET. The generator fetches an icon from the network, Pulumi's where the package names
// none. Here it is given an empty one, and the project names none.
func withoutIcon(pkg *schema.Package) (map[string][]byte, error) {
	transport := &http.Transport{}
	transport.RegisterProtocol("nothing", nothing{})
	usual := http.DefaultTransport
	http.DefaultTransport = transport
	defer func() { http.DefaultTransport = usual }()
	pkg.LogoURL = "nothing://"
	if pkg.Publisher == "" {
		pkg.Publisher = tool // else the project file names Pulumi as its author
	}
	files, err := dotnet.GeneratePackage(tool, pkg, nil, nil)
	if err != nil {
		return nil, err
	}
	delete(files, "logo.png")
	for name, content := range files {
		if strings.HasSuffix(name, ".csproj") {
			files[name] = icon.ReplaceAll(content, nil)
			if strings.Contains(string(files[name]), "logo.png") {
				return nil, fmt.Errorf("%s still names an icon", name)
			}
		}
	}
	return files, nil
}

// nothing answers every request with an empty body.
type nothing struct{}

func (nothing) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: request}, nil
}
