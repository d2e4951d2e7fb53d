"""Compare, then write: nothing that others saved or changed in Harness is written over.

Harness has no conditional write. Before each write what is live is read and compared, which leaves the moment between
the two. The rules and their words are the same for NextGen's one SMTP config and for FirstGen's providers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

from pulumi_smtp_collab.model.errors import TargetError
from pulumi_smtp_collab.targets.harness.differences import Difference, described

_Held = TypeVar("_Held")


@dataclass(frozen=True, slots=True)
class Guard(Generic[_Held]):
    """What is asked before a write.

    Attributes:
        what: What is saved, in messages: "SMTP config".
        where: The account, in messages.
        warn: Takes a warning for the user.
        identifier: Return Harness's id of what is held.
        live: Return what Harness holds now of what is recorded; None where it is gone.
        compare: Return every readable difference of two of them, the first one's value first.
    """

    what: str
    where: str
    warn: Callable[[str], None]
    identifier: Callable[[_Held], str]
    live: Callable[[_Held], _Held | None]
    compare: Callable[[_Held, _Held], Sequence[Difference]]

    def before_update(self, recorded: _Held, wanted: _Held, secret: frozenset[str]) -> _Held:
        """Return what is live and may be replaced.

        Raises:
            TargetError: It is gone, or somebody changed it since it was recorded.
        """
        live = self.live(recorded)
        if live is None:
            raise TargetError(
                f"The {self.what} {self.identifier(recorded)} is no longer in {self.where}. Nothing was changed. Run "
                "`pulumi refresh`, then `pulumi up` creates it again."
            )
        # A field that already is what the program wants is no foreign change: it may be ours, its answer lost.
        left = {one.argument for one in self.compare(live, wanted)}
        changed = [one for one in self.compare(recorded, live) if one.argument in left]
        if changed:
            self._refuse(recorded, changed, secret)
        return live

    def before_delete(
        self, recorded: _Held, *, adopted: bool, delete_adopted: bool, secret: frozenset[str]
    ) -> _Held | None:
        """Return what is live and may be deleted; None where there is nothing to delete.

        What was adopted stays, with a warning, unless the program says otherwise; what is gone is no error.

        Raises:
            TargetError: Somebody changed it since it was recorded.
        """
        if adopted and not delete_adopted:
            self.warn(
                f"The {self.what} {self.identifier(recorded)} was adopted, so it stays in {self.where}; "
                "delete_adopted=True deletes it too."
            )
            return None
        live = self.live(recorded)
        if live is None:
            return None
        changed = self.compare(recorded, live)
        if changed:
            self._refuse(recorded, changed, secret)
        return live

    def before_take_over(self, found: _Held, wanted: _Held, secret: frozenset[str], *, overwrite: bool) -> bool:
        """Return whether what was found differs from the program and is to be replaced by it.

        Raises:
            TargetError: It differs, and may not be overwritten.
        """
        unlike = self.compare(found, wanted)
        if unlike and not overwrite:
            lines = described(unlike, "Harness holds", "the program says", secret)
            raise TargetError(
                f"The {self.what} {self.identifier(found)} of {self.where} differs from the program:\n{lines}\nNothing "
                "was changed. Write Harness's values in the program, or let the program's replace them with "
                "adopt_overwrite=True."
            )
        return bool(unlike)

    def is_ours(self, live: _Held, wanted: _Held) -> bool:
        """Return whether what is there already equals the program in every readable field.

        That is what a lost answer or a killed up left behind, and nobody's that a write could do harm to.
        """
        return not self.compare(live, wanted)

    def _refuse(self, recorded: _Held, changed: Sequence[Difference], secret: frozenset[str]) -> NoReturn:
        lines = described(changed, "recorded", "Harness holds", secret)
        raise TargetError(
            f"The {self.what} {self.identifier(recorded)} of {self.where} was changed in Harness since it was last "
            f"saved or read:\n{lines}\nNothing was changed. Run `pulumi refresh` to take the change into the state, "
            "then `pulumi up` (or `pulumi destroy`) again."
        )
