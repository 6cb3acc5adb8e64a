"""What `authflow doctor` looks at: each file examines one neighbour of the service, and says what to do."""
