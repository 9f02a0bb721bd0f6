"""What others wrote, parsed: transcripts, stack traces, decision records, other tools' memories, pictures.

Whatever comes in, a reader takes what it understands and counts the rest. It never imports the store or the engine.
"""
