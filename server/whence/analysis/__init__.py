"""What the code is: the functions and classes that lines belong to.

This room reads text it is given. It never imports the store, the engine, a face or another room.
"""
