"""The compiled session behind one interpreter: made at first use, given only what has changed, forgotten after a fork."""

from __future__ import annotations

import os
import weakref

from ..errors import InterpreterError
from .core_settings import core_settings
from .messages import as_row, checked, checked_list

_ENGINES = weakref.WeakSet()
_watches = False


def core():
    """The compiled module, loaded by the first who needs it."""
    from .. import _core

    global _watches
    if not _watches:
        import atexit

        _watches = True
        os.register_at_fork(after_in_child=_forked)
        # Threads of the core call Python; none may be left when Python ends.
        atexit.register(_close_all)
    return _core


def _forked():
    for engine in list(_ENGINES):
        engine.forget_after_fork()


def _close_all():
    core().python_ends()
    for engine in list(_ENGINES):
        engine.close()


class Engine:
    def __init__(self, interpreter):
        self._interpreter = weakref.ref(interpreter)
        self._session = None
        self._shape = None  # what the session was made of and cannot change any more
        self._sent = {}  # the settings that it has
        self._rows = []  # the messages that it has; None: not known
        self._is_forked = False
        _ENGINES.add(self)

    # --- the session

    @property
    def session(self):
        """The session that is there, or None."""
        return self._session

    def ready(self, of_turn: bool = False):
        """The session, with the settings, languages and tools as they are now; while a turn runs, as they were when it began."""
        if self._is_forked:
            self._is_forked = False
            if self._session is not None:
                self._session.renew_after_fork()
        owner = self._interpreter()
        if owner.responding and not of_turn and self._session is not None:
            return self._session
        shape = owner._shape()
        if self._session is not None and shape != self._shape:
            self.close()
        wanted = core_settings(owner)
        if self._session is not None and not self._send(wanted):
            self.close()
        if self._session is None:
            self._open(owner, shape, wanted)
        return self._session

    def _open(self, owner, shape, wanted):
        from ..program import program
        from .callbacks import Callbacks

        settings = {name: text for name, text in wanted.items() if text != ""}
        self._session = core().Session(
            settings=list(settings.items()), folder=owner.folder or "", is_stored=bool(owner.conversation_history), program=program(),
            callbacks=Callbacks(owner), has_completion=owner.llm.completions is not None, has_hook=owner.before_cell is not None,
            languages=[_language_row(language) for language in owner.computer.terminal._added()],
            functions=[tool.row() for tool in owner._tool_rows()])
        self._shape, self._sent, self._rows = shape, settings, []

    def _send(self, wanted) -> bool:
        """Gives the session the settings that are others now. False: one cannot be taken back but by a new session."""
        for name in {*wanted, *self._sent}:
            text = wanted.get(name, "")
            if text == self._sent.get(name, ""):
                continue
            try:
                self._session.set(name, text)
            except InterpreterError:
                if text == "":
                    return False
                raise
            self._sent[name] = text
        return True

    def close(self):
        """Stops the turn and ends the kernels; the next use starts anew, with the same messages."""
        session, self._session, self._rows = self._session, None, []
        if session is not None:
            session.close()

    def forget_after_fork(self):
        self._is_forked = True
        self._rows = None
        owner = self._interpreter()
        if owner is not None:
            owner._renew_turns()
        if self._session is not None:
            self._session.forked()

    # --- the messages

    def send_messages(self, messages, begins: bool = True) -> list:
        """Gives the session the person's list, if it is another than the session's. With `begins` the trailing words of the user are
        not sent, but returned: they are what the turn begins with."""
        said = _trailing(messages) if begins else []
        rows = [as_row(message) for message in messages[:len(messages) - len(said)]]
        for i, message in enumerate(said, len(rows)):
            checked(message, f"messages[{i}]")
        if rows != self._rows:
            checked_list(messages)
            self._session.set_messages(messages[:len(rows)])
            self._rows = rows
        return said

    def learn(self, messages, said_at):
        """After a turn: `messages` gets what the session's conversation has from number `said_at` on."""
        found = self._session.messages(said_at)
        if [as_row(message) for message in messages[said_at:]] != [as_row(message) for message in found]:
            messages[said_at:] = found
        if self._rows is not None:
            self._rows[said_at:] = [as_row(message) for message in found]


def _trailing(messages) -> list:
    """The last message if it is the user's, and the pictures and files right before it."""
    if not messages or not isinstance(messages[-1], dict) or messages[-1].get("role", "user") != "user":
        return []
    start = len(messages) - 1
    while start > 0 and messages[start - 1].get("role") == "user" and messages[start - 1].get("type") in ("image", "file"):
        start -= 1
    return messages[start:]


def _language_row(language) -> tuple:
    name = getattr(language, "name", None) or language.__name__
    return (name.lower(), name, getattr(language, "file_extension", "") or "", getattr(language, "system_message", "") or "",
            [alias.lower() for alias in getattr(language, "aliases", ())])
