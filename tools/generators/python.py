"""The typed Python face of the resource: argument classes, output classes, and the resource's outputs."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Iterable

from pydantic import BaseModel

from generators.properties import (
    ALSO,
    ARGUMENT_TYPES,
    CHOICES,
    ENCRYPTED_TEXT_OUTPUTS,
    OUTPUT_TYPES,
    OWN_OUTPUTS,
    Property,
    encrypted_text_properties,
    properties_of,
    provider_properties,
    summary_of,
)
from pulumi_smtp_collab.model.connectivity_test import ConnectivityTest
from pulumi_smtp_collab.model.encrypted_text import SecretReference
from pulumi_smtp_collab.model.report import Verification
from pulumi_smtp_collab.model.target import SavedIn

_HEAD = '''"""{title}

Generated from the model by tools/generate.py: change the model, then run `make generate`.
"""

from __future__ import annotations

{imports}
'''
# No dict, as Pulumi's generated SDKs have it: Output.all makes plain dicts of those, without attributes.
_READABLE = '''

class _Readable(Mapping[str, Any]):
    """Is read by attribute, and is a mapping with the same names, so that it can be passed on as an input."""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - whatever the output holds
        return self.__dict__[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)

    def __len__(self) -> int:
        return len(self.__dict__)
'''
_SCALARS = {"boolean": "bool", "integer": "int", "number": "float", "string": "str", "map": "dict[str, str]"}
_INPUT_SCALARS = {**_SCALARS, "map": "Mapping[str, pulumi.Input[str]]"}
_TITLES = {
    "ConnectivityTest": "The connectivity test's arguments",
    "Target": "The arguments that choose a target",
    "UsageScopeEntry": "The arguments of an entry of a usage scope",
    "UsageScope": "The arguments of a usage scope",
    "SecretReference": "The parts of a reference to an Encrypted Text",
}
_LIFTED = (Verification, SavedIn, ConnectivityTest, SecretReference)
"""The nested models that an output always holds."""
_WIDTH = 118


def choices_module() -> str:
    """Return the text of resources/generated/choices.py."""
    imports = "from typing import Literal, TypeAlias"
    parts = [_HEAD.format(title="The closed choices: words that arguments take and outputs hold.", imports=imports)]
    parts += [f"{name}: TypeAlias = Literal{json.dumps(values)}" for values, name in CHOICES.items()]
    return _formatted("\n".join(parts) + "\n")


def _choices_import(properties: Iterable[Property]) -> str:
    names = sorted({CHOICES[item.choices] for item in properties if item.choices})
    return f"from pulumi_smtp_collab.resources.generated.choices import {', '.join(names)}\n"


def arguments_module() -> str:
    """Return the text of resources/generated/arguments.py."""
    nested = [item for model in ARGUMENT_TYPES for item in properties_of(model)]
    imports = (
        "from collections.abc import Mapping, Sequence\nfrom typing import TYPE_CHECKING, TypedDict\n\n"
        "import pulumi\nfrom typing_extensions import NotRequired\n\n"
        "from pulumi_smtp_collab.resources.argument_names import refusing\n"
        "if TYPE_CHECKING:\n"
        "    from pulumi_smtp_collab.model.usage_scope import UsageScope\n"
        "    from pulumi_smtp_collab.resources.declared_text import DeclaredText as EncryptedText\n"
        f"    {_choices_import([*nested, *provider_properties(), *encrypted_text_properties()])}"
        "    from pulumi_smtp_collab.resources.generated.outputs import (\n"
        f"        {', '.join(sorted(f'{name}Settings' for name in ARGUMENT_TYPES.values()))},\n    )"
    )
    parts = [_HEAD.format(title="The arguments that a program gives.", imports=imports)]
    for model, name in ARGUMENT_TYPES.items():
        parts += [_args_class(f"{name}Args", summary_of(model), list(properties_of(model)))]
    title = "An SMTP collaboration provider: the server, its display name and its connectivity test."
    parts += [_keywords_class("SmtpCollaborationProviderKeywords", title, provider_properties())]
    parts += [_args_class("SmtpCollaborationProviderArgs", title, provider_properties())]
    title = "An Encrypted Text: a secret of its own that holds a provider's password."
    parts += [_keywords_class("EncryptedTextKeywords", title, encrypted_text_properties())]
    parts += [_args_class("EncryptedTextArgs", title, encrypted_text_properties())]
    return _formatted("\n\n".join(parts))


def outputs_module() -> str:
    """Return the text of resources/generated/outputs.py."""
    imports = (
        "from collections.abc import Iterator, Mapping\nfrom typing import TYPE_CHECKING, Any\n\nimport pulumi\n\n"
    )
    models = [*ARGUMENT_TYPES, *OUTPUT_TYPES]
    own = [*provider_properties(), *OWN_OUTPUTS, *encrypted_text_properties(), *ENCRYPTED_TEXT_OUTPUTS]
    imports += _choices_import([*own, *(item for model in models for item in properties_of(model))])
    imports += "from pulumi_smtp_collab.resources.reading import readable"
    parts = [_HEAD.format(title="What a program reads of a saved provider.", imports=imports) + _READABLE]
    parts += [_output_class(model, name) for model, name in OUTPUT_TYPES.items()]
    parts += [_settings_classes(), _lifted_classes()]
    properties = [*provider_properties(), *OWN_OUTPUTS]
    parts += [_resource_outputs("ProviderOutputs", "a collaboration provider", properties, "OUTPUT_NAMES")]
    properties = [*encrypted_text_properties(), *ENCRYPTED_TEXT_OUTPUTS]
    parts += [_resource_outputs("EncryptedTextOutputs", "an Encrypted Text", properties, "ENCRYPTED_TEXT_OUTPUT_NAMES")]
    return _formatted("\n\n".join(parts))


def _formatted(module: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", "generated.py", "-"]
    return subprocess.run(command, input=module, text=True, check=True, capture_output=True).stdout


def _keywords_class(name: str, title: str, properties: list[Property]) -> str:
    """Return the keyword arguments of a resource: none is required here, as the arguments may be given as args."""
    owner = name.replace("Keywords", "Args")
    lines = [f"class {name}(TypedDict, total=False):", _docstring(f"{title} As keyword arguments.", " " * 4), ""]
    for item in properties:
        described = _docstring(f"{item.description}{_shown_default(item)}", " " * 4)
        lines += [f"    {item.name}: {_input_type(item, owner)}", described]
    return "\n".join(lines) + "\n"


def _args_class(name: str, title: str, properties: list[Property]) -> str:
    dict_lines = [f"class {name}Dict(TypedDict):", _docstring(f"{title} As a mapping.", " " * 4), ""]
    for item in properties:
        described = _docstring(f"{item.description}{_shown_default(item)}", " " * 4)
        dict_lines += [f"    {item.name}: {_dict_type(item, name)}", described]
    lines = [f'@pulumi.input_type\nclass {name}:\n    """{title}"""\n']
    lines += [f'    {item.name}: {_held_type(item, name)} = pulumi.property("{item.wire}")' for item in properties]
    ordered = sorted(properties, key=lambda item: not item.required)
    lines += ["\n    @refusing\n    def __init__(\n        self,\n        *,"]
    lines += [
        f"        {item.name}: {_input_type(item, name)}{'' if item.required else ' = None'}," for item in ordered
    ]
    lines += ["    ) -> None:", f'        """{title}\n\n        Args:']
    lines += [_argument_doc(item) for item in ordered]
    lines += ['        """']
    for item in ordered:
        set_it = f'pulumi.set(self, "{item.name}", {item.name})'
        lines += [
            f"        {set_it}" if item.required else f"        if {item.name} is not None:\n            {set_it}"
        ]
    return "\n".join(dict_lines) + "\n\n\n" + "\n".join(lines) + "\n"


def _docstring(text: str, indent: str) -> str:
    """Return a docstring: a line; or the first sentence and, after an empty line, the rest; each as it is written."""
    if len(text) < _WIDTH - len(indent) - 6:
        return f'{indent}"""{text}"""'
    end = text.find(". ") + 1 or len(text)
    paragraphs = [part for part in (f'"""{text[:end]}', text[end:].strip()) if part]
    filled = [_filled(part, indent, indent) for part in paragraphs]
    return "\n\n".join(filled) + f'\n{indent}"""'


def _filled(text: str, indent: str, further: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=further, break_on_hyphens=False)


def _argument_doc(item: Property) -> str:
    return _filled(f"{item.name}: {item.description}{_shown_default(item)}", " " * 12, " " * 16)


def _shown_default(item: Property) -> str:
    return "" if item.required else f" Default: {item.shown_default}."


def _held_type(item: Property, owner: str) -> str:
    """Return the type of an attribute: the form that Pulumi evaluates and take apart when it sends the inputs."""
    kind = f"pulumi.Input[{_INPUT_SCALARS[item.kind] if isinstance(item.kind, str) else _args_types(item.kind)}]"
    kind = f"pulumi.Input[Sequence[{kind}]]" if item.many else kind
    kind = f"{kind} | {ALSO[owner, item.name]}" if (owner, item.name) in ALSO else kind
    return kind if item.required else f"{kind} | None"


def _input_type(item: Property, owner: str) -> str:
    """Return the type of what a program gives: an output of a resource too, which is None where nothing is saved."""
    if item.choices:
        kind = CHOICES[item.choices]
    elif isinstance(item.kind, str):
        kind = _INPUT_SCALARS[item.kind]
    else:
        kind = f"{_args_types(item.kind)} | {ARGUMENT_TYPES[item.kind]}Settings"
    # Of a choice, any output of text is taken: what it holds is known when it runs alone, and is checked then.
    late = "str" if item.required or item.many else "str | None"
    late = f" | pulumi.Output[{late}]" if item.choices else ""
    if item.many:
        kind, late = f"Sequence[pulumi.Input[{kind}]{late}]", ""
    kind = f"pulumi.Input[{kind}]" if item.required else f"pulumi.Input[{kind} | None]"
    kind += late
    return f"{kind} | {ALSO[owner, item.name]}" if (owner, item.name) in ALSO else kind


def _args_types(model: type[BaseModel]) -> str:
    return f"{ARGUMENT_TYPES[model]}Args | {ARGUMENT_TYPES[model]}ArgsDict"


def _dict_type(item: Property, owner: str) -> str:
    return _input_type(item, owner) if item.required else f"NotRequired[{_input_type(item, owner)}]"


def _output_type(item: Property) -> str:
    kind = _SCALARS[item.kind] if isinstance(item.kind, str) else OUTPUT_TYPES.get(item.kind)
    kind = CHOICES[item.choices] if item.choices else kind
    if kind is None:
        kind = f"{ARGUMENT_TYPES[item.kind]}Settings"  # type: ignore[index]
    return f"list[{kind}]" if item.many else kind


def _output_class(model: type[BaseModel], name: str) -> str:
    return _typed_outputs(name, summary_of(model), properties_of(model))


def _typed_outputs(name: str, title: str, properties: Iterable[Property]) -> str:
    lines = [f'@pulumi.output_type\nclass {name}(_Readable):\n    """{title}"""\n']
    for item in properties:
        optional = not item.required and item.default is None
        kind = f"{_output_type(item)} | None" if optional else _output_type(item)
        lines += [f'    {item.name}: {kind} = pulumi.property("{item.wire}")', _docstring(item.description, " " * 4)]
    return "\n".join(lines) + "\n"


def _settings_classes() -> str:
    return "\n\n".join(
        _typed_outputs(f"{name}Settings", f"{_TITLES.get(name, name)}, as they are saved.", properties_of(model))
        for model, name in ARGUMENT_TYPES.items()
    )


def _lifted_classes() -> str:
    """Return, for type checkers, the outputs whose attributes are outputs themselves (Pulumi lifts them)."""
    parts = ["if TYPE_CHECKING:"]
    models = {**OUTPUT_TYPES, **{model: f"{name}Settings" for model, name in ARGUMENT_TYPES.items()}}
    lifted = {model: name for model, name in models.items() if model in _LIFTED}
    for model, name in lifted.items():
        title = f"{summary_of(model).removesuffix('.')}, as an output: what it holds can be read as outputs."
        parts += [f"    class {name}Output(pulumi.Output[{name}]):", _docstring(title, " " * 8), ""]
        for item in properties_of(model):
            optional = not item.required and item.default is None
            kind = f"{_output_type(item)} | None" if optional else _output_type(item)
            parts += [f"        {item.name}: pulumi.Output[{kind}]"]
    parts += ["else:"]
    parts += [f"    {name}Output = pulumi.Output[{name}]" for name in lifted.values()]
    return "\n".join(parts) + "\n"


def _resource_outputs(class_name: str, resource: str, properties: list[Property], names_name: str) -> str:
    always = {"display_name", "port", "connectivity_test", "name"}
    lines = [f'class {class_name}(pulumi.Resource):\n    """The outputs of {resource}, typed."""']
    for item in properties:
        sure = item.required or item.default is not None or item.name in always
        kind = _output_type(item) if sure else f"{_output_type(item)} | None"
        read = f'pulumi.get(self, "{item.name}")'
        returned = f"pulumi.Output[{kind}]"
        if not isinstance(item.kind, str):
            read = f"readable({read}, {_output_type(item)}, always={sure})"
            returned = f"{kind}Output" if sure else returned
        lines += [
            f'\n    @property\n    @pulumi.getter(name="{item.wire}")',
            f"    def {item.name}(self) -> {returned}:",
            _docstring(item.description, " " * 8),
            f"        return {read}  # type: ignore[no-any-return]",
        ]
    names = "\n".join(f'    "{item.name}",' for item in properties)
    lines += [f'\n\n{names_name} = (\n{names}\n)\n"""The Python names of every output of {resource}."""']
    secret = ", ".join(f'"{item.wire}"' for item in properties if item.secret)
    lines += [f'\nSECRET_{names_name} = ({secret},)\n"""The wire names of those that are always secret."""']
    return "\n".join(lines) + "\n"
