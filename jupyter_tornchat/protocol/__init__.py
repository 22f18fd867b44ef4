"""The protocol `tornchat.v1`: every frame, limit, reason and close code, once.

Rules of this folder:

- It does no I/O and imports nothing of ours. `decode` and `encode` are the only verbs.
- The decoder is the validator: what it refuses, it refuses with the words people see.
- What another language needs (`labextension/src/protocol.ts`, the tables of
  `docs/protocol.md`) is generated from here by `tools/generate_protocol.py`; a test fails on
  drift. So a number or a name that both sides need is written here and nowhere else.
"""

from __future__ import annotations

from .acts import check_act as check_act
from .client import AnyClientFrame as AnyClientFrame
from .client import ClientFrame as ClientFrame
from .client import Delete as Delete
from .client import Edit as Edit
from .client import Join as Join
from .client import Leave as Leave
from .client import Moderate as Moderate
from .client import Older as Older
from .client import Pulse as Pulse
from .client import Read as Read
from .client import Report as Report
from .client import Respond as Respond
from .client import Send as Send
from .client import Serve as Serve
from .client import Withdraw as Withdraw
from .closing import CLOSE_REASONS as CLOSE_REASONS
from .closing import Close as Close
from .codec import Answerable as Answerable
from .codec import answer_to as answer_to
from .codec import decode as decode
from .codec import encode as encode
from .codec import read as read
from .grants import AnyGrant as AnyGrant
from .grants import Gate as Gate
from .grants import GrantId as GrantId
from .grants import GrantKind as GrantKind
from .grants import Guest as Guest
from .grants import Hook as Hook
from .grants import Invite as Invite
from .grants import RoomKey as RoomKey
from .limits import DEFAULT_ROOM as DEFAULT_ROOM
from .limits import KERNEL_HEADER as KERNEL_HEADER
from .limits import KEY_VARIABLE as KEY_VARIABLE
from .limits import LIMITS as LIMITS
from .limits import PROGRAM_HEADER as PROGRAM_HEADER
from .limits import SPEAKS_HEADER as SPEAKS_HEADER
from .limits import SUBPROTOCOL as SUBPROTOCOL
from .limits import TICKET_PROTOCOL as TICKET_PROTOCOL
from .limits import URL_VARIABLE as URL_VARIABLE
from .limits import Limits as Limits
from .parts import Answer as Answer
from .parts import Cell as Cell
from .parts import CellRef as CellRef
from .parts import Closing as Closing
from .parts import Ending as Ending
from .parts import FileRef as FileRef
from .parts import Help as Help
from .parts import Job as Job
from .parts import JobRef as JobRef
from .parts import JobState as JobState
from .parts import Output as Output
from .parts import OutputRef as OutputRef
from .parts import Question as Question
from .parts import QuestionRef as QuestionRef
from .parts import Seat as Seat
from .parts import Sitter as Sitter
from .parts import StoredFile as StoredFile
from .parts import User as User
from .refusal import REASONS as REASONS
from .refusal import RETRY_SECONDS as RETRY_SECONDS
from .refusal import Reason as Reason
from .refusal import Refusal as Refusal
from .server import Answered as Answered
from .server import AnyServerFrame as AnyServerFrame
from .server import Changed as Changed
from .server import Closed as Closed
from .server import Entry as Entry
from .server import Heartbeat as Heartbeat
from .server import Helped as Helped
from .server import Joined as Joined
from .server import Marked as Marked
from .server import Message as Message
from .server import Moderated as Moderated
from .server import Newer as Newer
from .server import News as News
from .server import Page as Page
from .server import Passed as Passed
from .server import Presence as Presence
from .server import Progress as Progress
from .server import Rejected as Rejected
from .server import Reset as Reset
from .server import Room as Room
from .server import Seated as Seated
from .server import ServerFrame as ServerFrame
from .server import Welcome as Welcome
from .texts import cell_size as cell_size
from .texts import check_cell as check_cell
from .texts import check_characters as check_characters
from .texts import check_data as check_data
from .texts import check_job as check_job
from .texts import check_line as check_line
from .texts import check_question as check_question
from .texts import clean as clean
from .texts import clean_text as clean_text
from .texts import content_size as content_size
from .texts import is_invisible as is_invisible
from .texts import is_whole as is_whole
from .words import Act as Act
from .words import FileHash as FileHash
from .words import GivenRole as GivenRole
from .words import HelpState as HelpState
from .words import KernelId as KernelId
from .words import Key as Key
from .words import Kind as Kind
from .words import MediaType as MediaType
from .words import MessageId as MessageId
from .words import PageLimit as PageLimit
from .words import Ref as Ref
from .words import Role as Role
from .words import RoomKind as RoomKind
from .words import RoomName as RoomName
from .words import Seq as Seq
from .words import UserId as UserId
