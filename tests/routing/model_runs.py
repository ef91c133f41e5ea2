"""Searches of OR-Tools routing models that the tests of their constraints share."""

from collection.routing.model_ortools import RoutingModel, Strategy
from collection.routing.solution import evaluate

DESCENT = Strategy(first="PARALLEL_CHEAPEST_INSERTION", improve="GREEDY_DESCENT")
GUIDED = Strategy(first="PATH_CHEAPEST_ARC", improve="GUIDED_LOCAL_SEARCH")


def solved(problem, strategy=DESCENT, **options):
    """The routes of a search and their total in cents."""
    routes = RoutingModel(problem, seed=0).search(strategy, time_limit=2, **options)
    return routes, evaluate(problem, routes).total
