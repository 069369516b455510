"""A private Elasticsearch for trying things and for tests: one command, only Python and a JDK needed.

    from musnad.node import Node

    connection = Node().start()          # downloads and unpacks the server the first time
    connection.client().info()
    Node().stop()

Its data is kept between runs; `Node().destroy()` removes it. The server is the real one of version
9.5, on loopback, with security on, and with the analysis components that Musnad's mappings use (see
`musnad.node.analysis`). Any failure is a `NodeError` whose text is one sentence for the user.
"""

from musnad.node.errors import NodeError
from musnad.node.lifecycle import Node
from musnad.node.state import Connection, NodeStatus

__all__ = ["Connection", "Node", "NodeError", "NodeStatus"]
