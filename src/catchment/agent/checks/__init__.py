"""What the agent asks of services, a file for each kind; and the runner that asks again and again."""
