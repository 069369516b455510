package org.musnad.analysis;

import java.util.List;
import org.elasticsearch.Build;
import org.elasticsearch.action.admin.cluster.state.ClusterStateRequest;
import org.elasticsearch.action.admin.cluster.state.ClusterStateResponse;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.index.IndexVersion;
import org.elasticsearch.node.Node;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.rest.action.RestBuilderListener;
import org.elasticsearch.xcontent.XContentBuilder;

/**
 * Answers {@code GET /} (who are you, in which version), which clients ask before anything else.
 *
 * The cluster's name and id come from the cluster state, asked for in the caller's own name: like the
 * answer of a full Elasticsearch this needs the cluster privilege {@code monitor}.
 */
final class RootHandler extends BaseRestHandler {

    private static final TimeValue PATIENCE = TimeValue.timeValueSeconds(30);

    private final String nodeName;

    RootHandler(Settings settings) {
        nodeName = Node.NODE_NAME_SETTING.get(settings);
    }

    @Override
    public String getName() {
        return "musnad_root";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        ClusterStateRequest state = new ClusterStateRequest(PATIENCE).clear().metadata(true);
        return channel -> client.admin().cluster().state(state, new RestBuilderListener<ClusterStateResponse>(channel) {
            @Override
            public RestResponse buildResponse(ClusterStateResponse found, XContentBuilder builder) throws Exception {
                Build build = Build.current();
                builder.startObject();
                builder.field("name", nodeName);
                builder.field("cluster_name", found.getClusterName().value());
                builder.field("cluster_uuid", found.getState().metadata().clusterUUID());
                builder.startObject("version");
                builder.field("number", build.qualifiedVersion());
                builder.field("build_flavor", build.flavor());
                builder.field("build_type", build.type().displayName());
                builder.field("build_hash", build.hash());
                builder.field("build_date", build.date());
                builder.field("build_snapshot", build.isSnapshot());
                builder.field("lucene_version", IndexVersion.current().luceneVersion().toString());
                builder.field("minimum_wire_compatibility_version", build.minWireCompatVersion());
                builder.field("minimum_index_compatibility_version", build.minIndexCompatVersion());
                builder.endObject();
                builder.field("tagline", "You Know, for Search");
                builder.endObject();
                return new RestResponse(RestStatus.OK, builder);
            }
        });
    }
}
