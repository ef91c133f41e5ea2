"""The Redis side of the ports."""

from collection.store.client import connect, durability, ping
from collection.store.custody import RedisCustody
from collection.store.dropoffs import RedisDropOffs
from collection.store.embedded import EmbeddedServer
from collection.store.etas import RedisEtaStore
from collection.store.events import RedisEventLog
from collection.store.idempotency import RedisIdempotency
from collection.store.outbox import RedisOutbox
from collection.store.plans import RedisPlanStore
from collection.store.requests import RedisRequestStore
from collection.store.schema import migrate

__all__ = [
    "EmbeddedServer",
    "RedisCustody",
    "RedisDropOffs",
    "RedisEtaStore",
    "RedisEventLog",
    "RedisIdempotency",
    "RedisOutbox",
    "RedisPlanStore",
    "RedisRequestStore",
    "connect",
    "durability",
    "migrate",
    "ping",
]
