package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Lists that come in pages, each naming the next in a relative {@code Link} (RFC 8288). */
final class Lists {
  private Lists() {}

  static Answer tags(Request request, Shelf shelf, int pageSize) {
    int limit;
    try {
      limit = request.parameter("n").map(Integer::parseInt).orElse(pageSize);
    } catch (NumberFormatException _) {
      limit = -1;
    }
    return limit < 0
        ? Answer.error(OciErrorCode.PAGINATION_NUMBER_INVALID, "n must be 0 or more")
        : tags(request, List.copyOf(shelf.tags().keySet()), Math.min(limit, pageSize));
  }

  private static Answer tags(Request request, List<String> all, int limit) {
    String last = request.parameter("last").orElse("");
    List<String> rest = all.stream().filter(tag -> tag.compareTo(last) > 0).toList();
    List<String> page = rest.stream().limit(limit).toList();
    String tags = page.stream().map(Json::text).collect(Collectors.joining(",", "[", "]"));
    String name = Json.text(request.route().repository());
    Answer answer = Answer.json(200, "{\"name\":" + name + ",\"tags\":" + tags + "}");
    return limit == 0 || page.size() == rest.size()
        ? answer
        : linked(answer, request, "n=" + limit + "&last=" + escaped(page.getLast()));
  }

  static Answer referrers(Request request, Digest subject, Shelf shelf, int pageSize) {
    int from = request.parameter("from").map(Integer::parseInt).orElse(0);
    List<Shelf.Referrer> all =
        shelf.referrers().getOrDefault(subject, List.of()).stream()
            .filter(it -> shelf.manifests().containsKey(it.descriptor().digest()))
            .filter(it -> isWanted(request, it))
            .toList();
    List<Shelf.Referrer> page = all.stream().skip(from).limit(pageSize).toList();
    Answer answer = filtered(request, index(page));
    int next = from + page.size();
    return next >= all.size() ? answer : linked(answer, request, keeping(request) + "from=" + next);
  }

  private static boolean isWanted(Request request, Shelf.Referrer referrer) {
    return request.parameter("artifactType").map(referrer.artifactType()::equals).orElse(true);
  }

  private static Answer filtered(Request request, Answer answer) {
    return request.parameter("artifactType").isPresent()
        ? answer.with("OCI-Filters-Applied", "artifactType")
        : answer;
  }

  private static Answer index(List<Shelf.Referrer> page) {
    String manifests =
        page.stream()
            .map(it -> Manifests.referrer(it.descriptor(), it.artifactType(), it.annotations()))
            .collect(Collectors.joining(",", "[", "]"));
    return Answer.text(
        200,
        MediaType.OCI_INDEX.value(),
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":%s}"
            .formatted(MediaType.OCI_INDEX, manifests));
  }

  private static String keeping(Request request) {
    return request
        .parameter("artifactType")
        .map(type -> "artifactType=" + escaped(type) + "&")
        .orElse("");
  }

  private static Answer linked(Answer answer, Request request, String query) {
    return answer.with("Link", "<" + request.path() + "?" + query + ">; rel=\"next\"");
  }

  private static String escaped(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
