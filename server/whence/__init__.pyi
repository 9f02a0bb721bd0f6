from whence.faces.library import Whence as Whence
from whence.faces.library_code import CodeContext as CodeContext
from whence.faces.library_code import CodeMemorySystem as CodeMemorySystem
from whence.faces.library_memory import MemorySystem as MemorySystem
from whence.faces.library_memory import ScoredMemory as ScoredMemory

__version__: str
