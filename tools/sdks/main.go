// Makes the SDKs of schema.json for TypeScript, Go, .NET and Python, without a language host.
//
//	go run . SCHEMA FOLDER
//
// writes FOLDER/nodejs, FOLDER/go, FOLDER/dotnet and FOLDER/python. What is there already is replaced.
//
// pkg/v3 stays at 3.225.1, the last version that can be had with the generator for .NET in it: the module that it moved to
// has no release.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-smtp-collab"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "give the schema's file and the folder to write to")
		os.Exit(2)
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A generator returns the files of one SDK by their path.
type generator func(*schema.Package) (map[string][]byte, error)

func generate(schemaFile, folder string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	generators := map[string]generator{
		"nodejs": func(pkg *schema.Package) (map[string][]byte, error) {
			// As a local SDK: it compiles itself when it is installed, since no registry of packages has it compiled.
			return nodejs.GeneratePackage(tool, pkg, nil, nil, true, nil)
		},
		"go": func(pkg *schema.Package) (map[string][]byte, error) {
			return gogen.GeneratePackage(tool, pkg, nil)
		},
		"dotnet": func(pkg *schema.Package) (map[string][]byte, error) {
			return withoutIcon(pkg)
		},
		"python": func(pkg *schema.Package) (map[string][]byte, error) {
			return python.GeneratePackage(tool, pkg, nil, nil)
		},
	}
	for language, make := range generators {
		// Each generator changes the package that it is given.
		pkg, err := bound(text)
		if err != nil {
			return err
		}
		files, err := make(pkg)
		if err != nil {
			return fmt.Errorf("%s: %w", language, err)
		}
		if err := write(filepath.Join(folder, language), files); err != nil {
			return err
		}
	}
	return nil
}

// bound returns the schema as a package, after validating it against Pulumi's metaschema.
func bound(text []byte) (*schema.Package, error) {
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, diagnostics, err := schema.BindSpec(spec, nil, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if len(diagnostics) > 0 {
		return nil, diagnostics
	}
	return pkg, nil
}

func write(folder string, files map[string][]byte) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
