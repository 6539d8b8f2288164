"""What visitors who agreed to be counted do: an append-only stream without names, and what is popular just now.

An event says what kind of thing happened, in which room, to which product or theme: names from the studio's own
lists, never text, pictures or addresses. It holds no number of a visitor or visit, and its time is rounded to the
minute, so that no two events can be told to be of one person.
"""
