from whence.faces.dialects.memory_system.code import CodeContext as CodeContext
from whence.faces.dialects.memory_system.code import CodeMemorySystem as CodeMemorySystem
from whence.faces.dialects.memory_system.memories import MemorySystem as MemorySystem
from whence.faces.dialects.memory_system.memories import ScoredMemory as ScoredMemory
from whence.faces.library.api import Whence as Whence

__version__: str
