// BAD: belongs to no room
