package dev.entrepot.loadtest.upstream;

import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.oci.ByteRange;
import java.nio.charset.StandardCharsets;

/**
 * One answer, before any fault of delivery.
 *
 * @param headers without {@code Content-Length}, which follows from {@code part}; if it is among
 *     them all the same, it is sent as it is, true or not
 * @param body all the content
 * @param part the bytes of it that are sent
 * @param framing how the client learns where the body ends
 */
public record Answer(int status, Headers headers, Bytes body, ByteRange part, Framing framing) {

  /** How a body is delimited (RFC 9112 section 6). */
  public enum Framing {
    /** {@code Content-Length}. */
    LENGTH,
    /** {@code Transfer-Encoding: chunked}. */
    CHUNKED,
    /** The end of the connection. */
    CLOSE
  }

  /** An answer with all of some content. */
  public static Answer of(int status, Headers headers, Bytes body) {
    return new Answer(status, headers, body, new ByteRange(0, body.size()), Framing.LENGTH);
  }

  /** An answer with a text of that type. */
  public static Answer text(int status, String contentType, String text) {
    Bytes body = Bytes.held(text.getBytes(StandardCharsets.UTF_8));
    return of(status, Headers.of("Content-Type", contentType), body);
  }

  /** An answer with some JSON. */
  public static Answer json(int status, String json) {
    return text(status, "application/json", json);
  }

  /** An error as the distribution specification writes it. */
  public static Answer error(int status, OciErrorCode code, String message) {
    return json(
        status,
        "{\"errors\":[{\"code\":\"%s\",\"message\":%s}]}".formatted(code, Json.text(message)));
  }

  /** An error with the usual status of its code. */
  public static Answer error(OciErrorCode code, String message) {
    return error(code.status(), code, message);
  }

  /** The same with exactly this value for the header. */
  public Answer with(String name, String value) {
    return new Answer(status, headers.with(name, value), body, part, framing);
  }

  /** The same with more headers. */
  public Answer plus(Headers more) {
    return new Answer(status, headers.plus(more), body, part, framing);
  }

  /** The same without that header. */
  public Answer without(String name) {
    return new Answer(status, headers.without(name), body, part, framing);
  }

  /** The same with other content of the same size or longer. */
  public Answer with(Bytes other) {
    return new Answer(status, headers, other, part, framing);
  }

  /** The same with another part of the content. */
  public Answer with(ByteRange other) {
    return new Answer(status, headers, body, other, framing);
  }

  /** The same, delimited otherwise. */
  public Answer with(Framing other) {
    return new Answer(status, headers, body, part, other);
  }

  /** Whether the answer carries content: what a client asked for, not a redirect or an error. */
  public boolean isContent() {
    return status == 200 || status == 206;
  }

  /** Whether HTTP has no body after this status. */
  boolean isBodiless() {
    return status == 204 || status == 304;
  }
}
