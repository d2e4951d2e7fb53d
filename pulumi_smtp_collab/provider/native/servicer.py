"""The engine's provider protocol, from the configuration on: every method, answered by the life cycle."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_smtp_collab._version import __version__
from pulumi_smtp_collab.lifecycle.outcomes import Checked
from pulumi_smtp_collab.lifecycle.stack import StackLifeCycles, open_stack
from pulumi_smtp_collab.lifecycle.verifier import Messages, TestControls
from pulumi_smtp_collab.model.wire_texts import in_wire_names
from pulumi_smtp_collab.provider.native import configuration
from pulumi_smtp_collab.provider.native.calls import Calls, Context
from pulumi_smtp_collab.provider.native.detailed_diff import detailed_diff
from pulumi_smtp_collab.provider.native.engine_log import EngineLog, about
from pulumi_smtp_collab.provider.native.functions import Functions
from pulumi_smtp_collab.provider.native.properties import own, sent
from pulumi_smtp_collab.provider.native.resource_names import ResourceName
from pulumi_smtp_collab.provider.native.resources import Comparison, ResourceKind, encrypted_texts, providers
from pulumi_smtp_collab.provider.wire_values import Refused, from_wire, to_wire

_Answer = TypeVar("_Answer")
_STILL_NEEDED = "Imported, without what can't be read. Before the next `pulumi up` the program has to give it: {faults}"
_UNKNOWN_TYPE = "{type} is no resource of pulumi-smtp-collab {version}"


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves one provider: that of a stack's configuration, or an explicit one. What comes first is `Reception`'s.

    Args:
        warning: What the user is to be told at the beginning; None for nothing.
    """

    def __init__(self, warning: str | None = None) -> None:
        self._log = EngineLog()
        self._calls = Calls()
        self._warning = warning
        self._stack: StackLifeCycles | None = None
        self._found: dict[str, Struct] = {}  # the inputs of what was read and is not in the state, by URN

    def connect(self, engine: str) -> None:
        """Let the user be told by the engine at this address."""
        self._log.connect(engine)

    def cancel(self) -> None:
        """End every running test, and whatever is asked for from now on."""
        self._calls.cancel()

    async def close(self) -> None:
        """Send what was said, and take no more work."""
        await self._log.close()
        self._calls.close()

    async def CheckConfig(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        """Find every fault of the configuration, and mark what is secret in it."""
        values, refused = from_wire(request.news)

        def check() -> provider_pb2.CheckResponse:
            faults = [*map(str, refused), *configuration.faults(values, os.environ)]
            return provider_pb2.CheckResponse(inputs=to_wire(configuration.marked(values)), failures=_failures(faults))

        return await self._calls.quick(context, check)

    async def DiffConfig(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        """Say whether a setting changed. It never fails and never replaces.

        What has to be saved elsewhere is found by each resource's own diff. After a move from the dynamic resource the
        old state is the whole stack's configuration, secrets among it.
        """
        del context
        before, _ = from_wire(request.old_inputs if request.old_inputs.fields else request.olds)
        after, _ = from_wire(request.news)
        changed = configuration.changed(before, after)
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes, diffs=changed)

    async def Configure(
        self, request: provider_pb2.ConfigureRequest, context: Context
    ) -> provider_pb2.ConfigureResponse:
        """Take the configuration; called once, before any resource."""
        values, _ = from_wire(request.args)
        config = configuration.settings(values)
        if self._warning is not None:
            self._log.warn(self._warning)

        def configure() -> StackLifeCycles:
            return open_stack(config, os.environ, Messages(self._log.warn, self._log.inform))

        self._stack = await self._calls.quick(context, configure)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, acceptResources=True, supportsPreview=True)

    async def Check(self, request: provider_pb2.CheckRequest, context: Context) -> provider_pb2.CheckResponse:
        """Validate and normalise; every fault at once, none with a property, whose value the engine would print.

        What an import has just read is checked too. It lacks the password, which is no fault of anybody's.
        """
        name, kind = await self._resource(request.urn, request.type, context)
        imported = self._found.pop(request.urn, None) == request.news
        values, refused = from_wire(request.news)
        values.setdefault(kind.name_argument, name.name)

        def check() -> provider_pb2.CheckResponse:
            checked = kind.check(name, values, is_new=not request.olds.fields)
            for warning in checked.warnings:
                self._log.warn(warning)
            if imported:
                if checked.faults:
                    self._log.inform(_STILL_NEEDED.format(faults="; ".join(checked.faults)))
                return provider_pb2.CheckResponse(inputs=request.news)
            inputs = to_wire(sent(checked.inputs, values))
            return provider_pb2.CheckResponse(inputs=inputs, failures=_failures(_faults(checked, refused)))

        return await self._quick(name, context, check)

    async def Diff(self, request: provider_pb2.DiffRequest, context: Context) -> provider_pb2.DiffResponse:
        """Say whether an update or a replacement is due, and which properties differ."""
        name, kind = await self._resource(request.urn, request.type, context)
        saved, inputs = from_wire(request.olds)[0], from_wire(request.news)[0]
        saved |= {key: value for key, value in from_wire(request.old_inputs)[0].items() if key == "__secretArguments"}
        return await self._quick(name, context, lambda: _diff_response(kind.diff(name, saved, inputs), own(inputs)))

    async def Create(self, request: provider_pb2.CreateRequest, context: Context) -> provider_pb2.CreateResponse:
        """Test, then save; in a preview say what is known of the outputs."""
        name, kind = await self._resource(request.urn, request.type, context)
        inputs, _ = from_wire(request.properties)
        if request.preview:
            outputs = await self._quick(name, context, lambda: kind.previewed(name, None, inputs))
            return provider_pb2.CreateResponse(properties=to_wire(outputs))
        made = await self._slow(name, context, request.timeout, lambda controls: kind.create(name, inputs, controls))
        return provider_pb2.CreateResponse(id=made.id, properties=to_wire(made.outputs))

    async def Update(self, request: provider_pb2.UpdateRequest, context: Context) -> provider_pb2.UpdateResponse:
        """Test where anything that the test sees has changed, then save; in a preview as a create does."""
        name, kind = await self._resource(request.urn, request.type, context)
        saved, inputs = from_wire(request.olds)[0], from_wire(request.news)[0]
        if request.preview:
            outputs = await self._quick(name, context, lambda: kind.previewed(name, saved, inputs))
            return provider_pb2.UpdateResponse(properties=to_wire(outputs))
        made = await self._slow(
            name, context, request.timeout, lambda controls: kind.update(name, request.id, saved, inputs, controls)
        )
        return provider_pb2.UpdateResponse(properties=to_wire(made.outputs))

    async def Read(self, request: provider_pb2.ReadRequest, context: Context) -> provider_pb2.ReadResponse:
        """Return what is saved; nothing where it is gone. An import is printed, so its inputs hold no secret."""
        name, kind = await self._resource(request.urn, request.type, context)
        saved = from_wire(request.properties)[0]
        found = await self._slow(
            name, context, request.timeout, lambda controls: kind.read(name, request.id, saved, controls)
        )
        if found is None:
            return provider_pb2.ReadResponse()
        inputs = request.inputs if found.inputs is None else to_wire(found.inputs)
        if not request.properties.fields:
            self._found[request.urn] = inputs
        return provider_pb2.ReadResponse(id=found.id, properties=to_wire(found.outputs), inputs=inputs)

    async def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> Empty:
        """Remove what is saved."""
        name, kind = await self._resource(request.urn, request.type, context)
        saved, _ = from_wire(request.properties)
        await self._slow(name, context, request.timeout, lambda _: kind.delete(name, request.id, saved))
        return Empty()

    async def Invoke(self, request: provider_pb2.InvokeRequest, context: Context) -> provider_pb2.InvokeResponse:
        """Call a function of the package."""
        stack = await self._configured(context)
        function = Functions(stack).get(request.tok)
        if function is None:
            text = f"{request.tok} is no function of pulumi-smtp-collab {__version__}"
            await context.abort(grpc.StatusCode.NOT_FOUND, text)
            raise AssertionError("abort raises")
        values, refused = from_wire(request.args)
        if refused:
            return provider_pb2.InvokeResponse(failures=_failures(list(map(str, refused))))
        answer = await self._slow(ResourceName(""), context, 0, lambda controls: function(values, controls))
        failures = _failures(list(answer.faults))
        return provider_pb2.InvokeResponse(failures=failures, **{"return": to_wire(answer.result)})

    async def Cancel(self, request: Empty, context: Context) -> Empty:
        """End every running test within a second; what is being saved is saved or not, never in half."""
        del request, context
        self.cancel()
        return Empty()

    async def _configured(self, context: Context) -> StackLifeCycles:
        if self._stack is None:
            text = "the engine has to call Configure before anything else"
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, text)
            raise AssertionError("abort raises")
        return self._stack

    async def _resource(self, urn: str, given_type: str, context: Context) -> tuple[ResourceName, ResourceKind]:
        """Return which resource a call is about, and its kind."""
        stack, name = await self._configured(context), ResourceName.of(urn)
        kinds: Mapping[str, ResourceKind] = {
            "smtp-collab:index:SmtpCollaborationProvider": providers(stack.providers),
            "smtp-collab:index:EncryptedText": encrypted_texts(stack.encrypted_texts),
        }
        kind = kinds.get(given_type or name.type) or kinds.get(name.type)
        if kind is None:
            text = _UNKNOWN_TYPE.format(type=given_type or name.type or urn, version=__version__)
            await context.abort(grpc.StatusCode.NOT_FOUND, text)
            raise AssertionError("abort raises")
        return name, kind

    async def _quick(self, name: ResourceName, context: Context, work: Callable[[], _Answer]) -> _Answer:
        def at_the_resource() -> _Answer:
            with about(name.urn):
                return work()

        return await self._calls.quick(context, at_the_resource)

    async def _slow(
        self, name: ResourceName, context: Context, timeout: float, work: Callable[[TestControls], _Answer]
    ) -> _Answer:
        on_stage = self._log.stages_of(name.urn) if name.urn else None

        def at_the_resource(cancel: threading.Event) -> _Answer:
            with about(name.urn):
                return work(TestControls(on_stage=on_stage, deadline_seconds=timeout or None, cancel=cancel))

        answer = await self._calls.slow(context, at_the_resource)
        await self._log.flush()
        return answer


def _unimplemented(method: str) -> Callable[..., Any]:
    async def answer(_self: Servicer, _request: object, context: Context) -> None:
        text = f"pulumi-smtp-collab {__version__} does not do {method}"
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, text)

    return answer


for _method in vars(provider_pb2_grpc.ResourceProviderServicer):
    if _method[:1].isupper() and _method not in vars(Servicer):
        setattr(Servicer, _method, _unimplemented(_method))


def _failures(faults: list[str]) -> list[provider_pb2.CheckFailure]:
    return [provider_pb2.CheckFailure(reason=in_wire_names(fault)) for fault in faults]


def _faults(checked: Checked, refused: tuple[Refused, ...]) -> list[str]:
    return [*map(str, refused), *checked.faults]


def _diff_response(found: Comparison, after: Mapping[str, Any]) -> provider_pb2.DiffResponse:
    difference = found.difference
    if difference.what == "nothing":
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
    replacing: tuple[str, ...] = ("target",) if difference.what == "place" else ()
    if difference.replacement is not None:
        replacing = difference.replacement.because
    details = detailed_diff(found.before, after, replacing)
    kinds = provider_pb2.PropertyDiff.Kind
    if difference.what == "place" and not any(path.split(".")[0] == "target" for path in details):
        details["savedIn"] = provider_pb2.PropertyDiff(kind=kinds.UPDATE_REPLACE)
    if difference.what == "verification":
        details["lastVerification"] = provider_pb2.PropertyDiff(kind=kinds.UPDATE)
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        replaces=list(replacing),
        deleteBeforeReplace=difference.delete_first,
        diffs=sorted({path.split(".")[0].split("[")[0] for path in details}),
        detailedDiff=details,
        hasDetailedDiff=bool(details),
    )
