"""Why a plan is as it is: what blocks a request, what would serve it, what a route costs."""
