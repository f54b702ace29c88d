package dev.entrepot.edge.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.catalogue.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Answers {@code tags/list}; the link to the next page keeps the prefix or {@code ns} asked with.
 */
final class GetTags {
  private static final JsonFactory JSON = new JsonFactory();

  private final Catalogue catalogue;

  GetTags(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  Future<Void> answer(
      Exchange exchange, Permit permit, PullRequest.TagList asked, Optional<String> namespace) {
    return exchange
        .here(catalogue.tags(permit, asked.limit(), asked.last()))
        .compose(tags -> send(exchange, asked, namespace, tags));
  }

  private static Future<Void> send(
      Exchange exchange,
      PullRequest.TagList asked,
      Optional<String> namespace,
      Catalogue.Tags tags) {
    if (exchange.isOver()) {
      return Future.succeededFuture();
    }
    exchange.cameAbout(tags.status());
    exchange
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (tags.more() && !tags.tags().isEmpty()) {
      exchange.response().putHeader("Link", link(exchange, asked, namespace, tags));
    }
    return exchange.send(200, body(exchange.asking().path(), tags));
  }

  private static String link(
      Exchange exchange,
      PullRequest.TagList asked,
      Optional<String> namespace,
      Catalogue.Tags tags) {
    int n = asked.limit().orElse(tags.tags().size());
    String ns = namespace.map(it -> "&ns=" + escaped(it)).orElse("");
    String query = "?n=" + n + "&last=" + escaped(tags.tags().getLast()) + ns;
    return "<" + exchange.asking().path() + query + ">; rel=\"next\"";
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The name is given as it was asked for. */
  private static Buffer body(String path, Catalogue.Tags tags) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField(
          "name", path.substring("/v2/".length(), path.length() - "/tags/list".length()));
      json.writeArrayFieldStart("tags");
      for (String tag : tags.tags()) {
        json.writeString(tag);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(text.toString());
  }
}
