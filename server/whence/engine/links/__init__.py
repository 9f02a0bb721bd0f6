"""How memories relate, by hand and by what commits say: the operations, the rules, bugs known by their fixes."""
