"""What the code is: its functions and classes, imports and graph, and the habits of those who write it.

This room reads text it is given. It never imports the store, the engine, a face or another room.
"""
