"""Plans and routes as maps."""

import threading
from collections.abc import Iterable

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from collection.api.assets import map_assets
from collection.api.deps import OwnRoute, ServicesDep, current_dispatcher
from collection.api.openapi import problems
from collection.api.sheet import visited_places
from collection.api.web.render import map_policy, texts
from collection.api.web.texts import Texts
from collection.api.web.views import find_route, requests_of
from collection.errors import RoutingUnavailable
from collection.model import RequestState, Route, Territory, plan_of
from collection.routing.maps import Ground, MapWords, encode_streets, plan_map, route_map
from collection.scheduling.calendar import zone_of
from collection.services import Services

router = APIRouter(prefix="/v1")


@router.get(
    "/plans/{plan_id}/map",
    operation_id="getPlanMap",
    summary="See a plan on a map",
    tags=["dispatcher"],
    response_class=HTMLResponse,
    dependencies=[Depends(current_dispatcher)],
    responses=problems(401, 403, 404, 422),
)
def see_plan(plan_id: str, request: Request, services: ServicesDep) -> HTMLResponse:
    """Draw all routes of a plan, and who is in no route, on the territory's streets."""
    plan = services.plans.get(plan_id)
    t = texts(request)
    nonce, policy = map_policy(services.settings.tile_url)
    html = plan_map(
        plan,
        requests_of(services, plan),
        _ground(request, services, services.catalogue.territory(plan.territory), plan.routes),
        assets=map_assets(),
        nonce=nonce,
        words=_words(t, plan.id),
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


@router.get(
    "/routes/{route_id}/map",
    operation_id="getRouteMap",
    summary="See a route on a map",
    tags=["driver", "dispatcher"],
    response_class=HTMLResponse,
    responses=problems(401, 403, 404, 422),
)
def see_route(route_id: OwnRoute, request: Request, services: ServicesDep) -> HTMLResponse:
    """Draw one route on the territory's streets, its next stop marked."""
    plan = services.plans.get(plan_of(route_id))
    route, index = find_route(plan, route_id)
    t = texts(request)
    nonce, policy = map_policy(services.settings.tile_url)
    html = route_map(
        route,
        requests_of(services, plan),
        _ground(request, services, services.catalogue.territory(plan.territory), [route]),
        index=index,
        assets=map_assets(),
        nonce=nonce,
        words=_words(t, t("driver.map")),
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


class Streets:
    """Base maps, each encoded once for as long as its network stays the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._encoded: dict[str, tuple[str, str]] = {}

    def of(self, services: Services, territory: Territory) -> str:
        """Encode the base map of a territory, or find it encoded.

        Parameters
        ----------
        services : Services
            With the network.
        territory : Territory
            Whose streets.

        Returns
        -------
        str
            As `encode_streets` gives it; without any street where the network cannot be
            read, because stops and routes are worth showing all the same.
        """
        try:
            network = services.network(territory)
        except RoutingUnavailable:
            return "[]"
        with self._lock:
            known = self._encoded.get(territory.id)
            if known is None or known[0] != network.fingerprint:
                known = (network.fingerprint, encode_streets(network.street_lines()))
                self._encoded[territory.id] = known
            return known[1]


def _ground(
    request: Request, services: Services, territory: Territory, routes: Iterable[Route]
) -> Ground:
    tile_url = services.settings.tile_url
    streets: Streets = request.app.state.streets
    return Ground(
        depots=visited_places(territory, [depot.id for depot in territory.depots], routes),
        vehicles={vehicle.id: vehicle.name for vehicle in territory.vehicles},
        zone=zone_of(territory),
        streets="[]" if tile_url else streets.of(services, territory),
        tile_url=tile_url,
    )


def _words(t: Texts, title: str) -> MapWords:
    return MapWords(
        title=title,
        window=t("driver.window"),
        arrival=t("driver.planned"),
        unassigned=t("state.unassigned"),
        states={state.value: t(f"state.{state}") for state in RequestState},
    )
