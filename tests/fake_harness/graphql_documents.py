"""GraphQL documents as graphql-java 12 takes them: parsed and checked for real, refused in its words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLSyntaxError,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    SourceLocation,
    Visitor,
    get_location,
    parse,
    type_from_ast,
    validate,
    visit,
)
from graphql.validation import specified_rules

MAX_DEPTH = 10

# graphql-core's rules by the names that graphql-java gives to what breaks them. Rules that it lacks are left out.
_ERROR_TYPES = {
    "FieldsOnCorrectTypeRule": "FieldUndefined",
    "FragmentsOnCompositeTypesRule": "FragmentTypeConditionInvalid",
    "KnownArgumentNamesRule": "UnknownArgument",
    "KnownDirectivesRule": "UnknownDirective",
    "KnownFragmentNamesRule": "UndefinedFragment",
    "KnownTypeNamesRule": "UnknownType",
    "LoneAnonymousOperationRule": "LoneAnonymousOperationViolation",
    "NoFragmentCyclesRule": "FragmentCycle",
    "NoUndefinedVariablesRule": "UndefinedVariable",
    "NoUnusedFragmentsRule": "UnusedFragment",
    "NoUnusedVariablesRule": "UnusedVariable",
    "OverlappingFieldsCanBeMergedRule": "FieldsConflict",
    "PossibleFragmentSpreadsRule": "InvalidFragmentType",
    "ProvidedRequiredArgumentsRule": "MissingFieldArgument",
    "ScalarLeafsRule": "SubSelectionRequired",
    "UniqueOperationNamesRule": "DuplicateOperationName",
    "ValuesOfCorrectTypeRule": "WrongType",
    "VariablesAreInputTypesRule": "NonInputTypeOnVariable",
    "VariablesInAllowedPositionRule": "VariableTypeMismatch",
}


class BadDocumentError(Exception):
    """A document or its variables that are refused before anything is run; holds the `errors` of the answer."""

    def __init__(self, *errors: dict[str, Any]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = list(errors)


def checked_document(schema: GraphQLSchema, text: str) -> DocumentNode:
    """The parsed document, after all of GraphQL's rules and Harness's limit of depth."""
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        message = f"Invalid Syntax : {error.message.removeprefix('Syntax Error: ')}"
        raise BadDocumentError({"message": message, "locations": _locations(error)}) from None
    for rule in specified_rules:
        error_type = _ERROR_TYPES.get(rule.__name__)
        if error_type is None:
            continue
        errors = validate(schema, document, [rule])
        if errors:
            raise BadDocumentError(*(_validation_error(error_type, error, document) for error in errors))
    depth = max(_depth(node.selection_set, _fragments(document)) for node in operations(document))
    if depth > MAX_DEPTH:
        raise BadDocumentError({"message": f"maximum query depth exceeded {depth} > {MAX_DEPTH}"})
    return document


def operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    """The operations of a document."""
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def coerced_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The variables after graphql-java's coercion; what was left out stays left out."""
    coerced = {}
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        kind = type_from_ast(schema, definition.type)
        source = operation.loc.source if operation.loc else None
        place = get_location(source, definition.loc.start) if source and definition.loc else None
        if name not in given and definition.default_value is not None:
            continue
        if name in given or isinstance(kind, GraphQLNonNull):
            coerced[name] = _coerce(kind, given.get(name), name, name, _place(place))
    return coerced


def _coerce(kind: Any, given: Any, field: str, variable: str, place: list[dict[str, int]]) -> Any:
    if isinstance(kind, GraphQLNonNull):
        if given is None:
            subject = f"Variable '{variable}'" if field == variable else f"Field '{field}' of variable '{variable}'"
            message = f"{subject} has coerced Null value for NonNull type '{kind}'"
            raise BadDocumentError({"message": message, "locations": place})
        return _coerce(kind.of_type, given, field, variable, place)
    if given is None:
        return None
    if isinstance(kind, GraphQLList):
        items = given if isinstance(given, list) else [given]
        return [_coerce(kind.of_type, item, field, variable, place) for item in items]
    if isinstance(kind, GraphQLInputObjectType):
        return _coerce_object(kind, given, variable, place)
    if isinstance(kind, GraphQLEnumType):
        if not isinstance(given, str) or given not in kind.values:
            problem = f"Invalid input for Enum '{kind.name}'. No value found for name '{given}'"
            raise BadDocumentError(_invalid_value(field, problem, place))
        return given
    return _coerce_scalar(kind, given, field, place)


def _coerce_object(
    kind: GraphQLInputObjectType, given: Any, variable: str, place: list[dict[str, int]]
) -> dict[str, Any]:
    if not isinstance(given, dict):
        problem = f"Expected type 'Map' but was '{type(given).__name__}'."
        raise BadDocumentError(_invalid_value(variable, problem, place))
    for name in given:
        if name not in kind.fields:
            # No locations, and a space at the end: so it comes from Harness.
            message = (
                f"The variables input contains a field name '{name}' that is not defined for input object type "
                f"'{kind.name}' "
            )
            raise BadDocumentError({"message": message})
    return {
        name: _coerce(member.type, given.get(name), name, variable, place)
        for name, member in kind.fields.items()
        if name in given or isinstance(member.type, GraphQLNonNull)
    }


def _coerce_scalar(kind: GraphQLScalarType, given: Any, field: str, place: list[dict[str, int]]) -> Any:
    if kind.name == "String":
        return given if isinstance(given, str) else json.dumps(given)
    fits = isinstance(given, bool) if kind.name == "Boolean" else isinstance(given, int)
    if not fits:
        problem = f"Expected type '{kind.name}' but was '{type(given).__name__}'."
        raise BadDocumentError(_invalid_value(field, problem, place))
    return given


def _invalid_value(field: str, problem: str, place: list[dict[str, int]]) -> dict[str, Any]:
    return {"message": f"Variable '{field}' has an invalid value. {problem}", "locations": place}


def _validation_error(error_type: str, error: GraphQLError, document: DocumentNode) -> dict[str, Any]:
    node = error.nodes[0] if error.nodes else document
    description = _description(error_type, error, node)
    if error_type == "SubSelectionRequired" and getattr(node, "kind", "") == "selection_set":
        error_type = "SubSelectionNotAllowed"
    path = "/".join(_path_to(node, document))
    at = f" @ '{path}'" if path else ""
    message = f"Validation error of type {error_type}: {description}{at}"
    return {"message": message, "locations": _locations(error)[:1]}


def _description(error_type: str, error: GraphQLError, node: Node) -> str:
    name = getattr(getattr(node, "name", None), "value", "")
    if error_type == "UndefinedVariable":
        return f"Undefined variable {name}"
    if error_type == "FieldUndefined":
        return f"Field '{name}' in type '{error.message.split(chr(39))[3]}' is undefined"
    if error_type == "SubSelectionRequired" and isinstance(node, FieldNode):
        return f"Sub selection required for type {error.message.split(chr(39))[3]} of field {name}"
    if error_type == "UnusedFragment":
        return f"Unused fragment {name}"
    if error_type == "UndefinedFragment":
        return f"Undefined fragment {name}"
    return error.message


class _PathFinder(Visitor):
    """Finds the names of the fields above a node, itself included."""

    def __init__(self, target: Node) -> None:
        super().__init__()
        self._target = target
        self.path: list[str] = []

    def enter(self, node: Node, _key: Any, _parent: Any, _path: Any, ancestors: list[Any]) -> None:
        if node is self._target:
            chain = [*(one for one in ancestors if isinstance(one, Node)), node]
            named = (one for one in chain if isinstance(one, FieldNode | FragmentDefinitionNode))
            self.path = [one.name.value for one in named]


def _path_to(node: Node, document: DocumentNode) -> list[str]:
    finder = _PathFinder(node)
    visit(document, finder)
    return finder.path


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def _depth(selections: SelectionSetNode | None, fragments: Mapping[str, FragmentDefinitionNode]) -> int:
    deepest = 0
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            deepest = max(deepest, 1 + _depth(node.selection_set, fragments))
        elif isinstance(node, FragmentSpreadNode):
            deepest = max(deepest, _depth(fragments[node.name.value].selection_set, fragments))
        else:
            deepest = max(deepest, _depth(getattr(node, "selection_set", None), fragments))
    return deepest


def _locations(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": one.line, "column": one.column} for one in error.locations or ()]


def _place(location: SourceLocation | None) -> list[dict[str, int]]:
    return [{"line": location.line, "column": location.column}] if location else []
