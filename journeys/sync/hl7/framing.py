"""MLLP: frames in a stream of bytes. A frame is 0x0B, the message, 0x1C and 0x0D (HL7 2.8.2, appendix C).

Tolerated: line ends around a frame, and a frame that ends in 0x1C alone. What stands between frames and is no line end
is no message; it is counted, so that nothing is lost without a word.
"""

from __future__ import annotations

from dataclasses import dataclass, field

START = b"\x0b"
END = b"\x1c"
LINE_ENDS = b"\r\n"


class FrameTooLarge(ValueError):
    """A frame goes on for longer than it may."""


@dataclass
class Frames:
    """Takes pieces of a stream, however they are cut, and gives the frames that are complete.

    `outside` counts the bytes that stood in no frame.
    """

    largest: int
    outside: int = 0
    rest: bytearray = field(default_factory=bytearray)
    is_open: bool = False

    def take(self, piece: bytes) -> list[bytes]:
        """The frames that end with this piece. FrameTooLarge when one has no end in sight."""
        self.rest += piece
        found = []
        while (frame := self.next_frame()) is not None:
            found.append(frame)
        if len(self.rest) > self.largest:
            raise FrameTooLarge
        return found

    def next_frame(self) -> bytes | None:
        """The first complete frame of what is at hand."""
        if not self.is_open:
            self.find_start()
        if not self.is_open:
            return None
        end = self.rest.find(END)
        if end < 0:
            return None
        frame = bytes(self.rest[:end])
        del self.rest[: end + 1]
        self.is_open = False
        return frame

    def find_start(self) -> None:
        """Drop what stands before a frame."""
        start = self.rest.find(START)
        before = self.rest if start < 0 else self.rest[:start]
        self.outside += len(before.strip(LINE_ENDS))
        if start < 0:
            self.rest.clear()
            return
        del self.rest[: start + 1]
        self.is_open = True


def framed(message: bytes) -> bytes:
    """A message as it goes over the wire."""
    return START + message + END + b"\r"
