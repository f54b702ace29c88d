package dev.entrepot.edge.http;

import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** {@code GET /v2/<name>/tags/list}. The link to the next page is addressed as this one was. */
final class TagsVerb {
  private final Catalogue catalogue;

  TagsVerb(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  Future<Void> serve(Pull pull, Permit permit, Optional<Integer> limit, Optional<String> last) {
    return catalogue
        .tags(permit, limit, last)
        .compose(tags ->
            Whole.onContext(
                pull,
                () -> {
                  Whole.tell(pull, tags.status());
                  if (tags.more() && !tags.tags().isEmpty()) {
                    pull.response().putHeader("Link", link(pull, limit, tags.tags().getLast()));
                  }
                  return Whole.send(pull, "application/json", body(pull, tags).toBuffer());
                }));
  }

  private static JsonObject body(Pull pull, Catalogue.Tags tags) {
    String path = pull.path();
    String name = path.substring("/v2/".length(), path.length() - "/tags/list".length());
    return new JsonObject().put("name", name).put("tags", new JsonArray(tags.tags()));
  }

  private static String link(Pull pull, Optional<Integer> limit, String last) {
    StringBuilder link = new StringBuilder("<").append(pull.path()).append("?last=");
    link.append(encode(last));
    limit.ifPresent(n -> link.append("&n=").append(n));
    pull.namespace().ifPresent(ns -> link.append("&ns=").append(encode(ns)));
    return link.append(">; rel=\"next\"").toString();
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
