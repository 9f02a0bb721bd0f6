"""What a secret looks like, and how it is taken out of a text.

This room reads text it is given and knows nothing of where it came from or goes. It never imports another room.
"""
