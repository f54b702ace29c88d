package dev.entrepot.loadtest.upstream;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What happens to a request. Several may happen to one: they are applied in this order. */
public sealed interface Fault {

  /** Nothing is sent for so long. */
  record Delay(Duration duration) implements Fault {}

  /** Nothing is ever sent; the connection is closed when the rule goes. */
  record Silence() implements Fault {}

  /** Something is done before the answer is made, or once it is sent. */
  record Run(Runnable action, boolean afterwards) implements Fault {}

  /** The request is understood as another. */
  record Rewrite(UnaryOperator<Request> change) implements Fault {}

  /** Another answer is given, where there is one. The registry never sees the request. */
  record Replace(Function<Request, Optional<Answer>> by) implements Fault {}

  /** The request is refused with 401 and the registry's challenge, token or not. */
  record Challenge() implements Fault {}

  /** The answer is changed. */
  record Edit(UnaryOperator<Answer> change) implements Fault {}

  /** After that many bytes of the body nothing is sent until the hold or the rule goes. */
  record Stall(long after, Hold hold) implements Fault {}

  /** After that many bytes of the body, or before the head if negative, the connection ends. */
  record Cut(long after, boolean reset) implements Fault {}

  /** The body is sent at no more than this rate. */
  record Drip(long bytesPerSecond) implements Fault {}

  /** Nothing is sent for so long; removing the rule ends the wait. */
  static Fault delay(Duration duration) {
    return new Delay(duration);
  }

  /** The connection is accepted and the request read, and never answered. */
  static Fault neverAnswer() {
    return new Silence();
  }

  /** Does something before the answer is made: moves a tag between HEAD and GET, for example. */
  static Fault before(Runnable action) {
    return new Run(action, false);
  }

  /** Does something once the answer is sent. */
  static Fault afterwards(Runnable action) {
    return new Run(action, true);
  }

  /** Stalls after {@code bytes} of the body; 0 stalls behind the head. */
  static Fault stallAfter(long bytes, Hold hold) {
    return new Stall(bytes, hold);
  }

  /** Resets (RST) after {@code bytes} of the body. The client may see fewer, never more. */
  static Fault resetAfter(long bytes) {
    return new Cut(bytes, true);
  }

  /** Resets before anything is sent. */
  static Fault resetAtOnce() {
    return new Cut(-1, true);
  }

  /** Closes tidily (FIN) after {@code bytes} of the body, whatever length was promised. */
  static Fault closeAfter(long bytes) {
    return new Cut(bytes, false);
  }

  /** Closes tidily before anything is sent. */
  static Fault closeAtOnce() {
    return new Cut(-1, false);
  }

  /** Sends the body of each answer at no more than this rate. */
  static Fault drip(long bytesPerSecond) {
    return new Drip(bytesPerSecond);
  }

  /** Ends the body with the connection, without {@code Content-Length}. */
  static Fault closeDelimited() {
    return edit(answer -> answer.with(Answer.Framing.CLOSE));
  }

  /** Sends the body in chunks, without {@code Content-Length}. */
  static Fault chunked() {
    return edit(answer -> answer.with(Answer.Framing.CHUNKED));
  }

  /** Flips the byte at this position of the content, in every range that covers it. */
  static Fault flip(long position) {
    return content(answer -> answer.with(answer.body().flipped(position)));
  }

  /** Promises {@code Content-Length} so much off; the body stays, and the connection ends. */
  static Fault promiseLength(long delta) {
    return content(
        answer -> answer.with("Content-Length", Long.toString(answer.part().length() + delta)));
  }

  /** Sends so many bytes more (zeros) or fewer, with a {@code Content-Length} to match. */
  static Fault resize(long delta) {
    return content(answer -> Edits.resized(answer, delta));
  }

  /** Sets a header: a wrong digest, content type, {@code Content-Range}, … */
  static Fault header(String name, String value) {
    return edit(answer -> answer.with(name, value));
  }

  /** Leaves a header away. */
  static Fault withoutHeader(String name) {
    return edit(answer -> answer.without(name));
  }

  /** Leaves {@code Docker-Content-Digest} away. */
  static Fault withoutDigest() {
    return withoutHeader("Docker-Content-Digest");
  }

  /** Says that the content is gzip, which it is not. */
  static Fault gzipLie() {
    return header("Content-Encoding", "gzip");
  }

  /** Really compresses the content and says so; content up to 16 MiB, more becomes a 500. */
  static Fault gzipped() {
    return content(Edits::gzipped);
  }

  /** Announces a quota as Docker Hub does. */
  static Fault rateLimit(int limit, int remaining, Duration window) {
    String w = ";w=" + window.toSeconds();
    Headers quota =
        Headers.of("RateLimit-Limit", limit + w).plus("RateLimit-Remaining", remaining + w);
    return edit(answer -> answer.plus(quota));
  }

  /** Answers 200 with everything to a request for a range. */
  static Fault ignoreRange() {
    return new Rewrite(request -> request.without("Range"));
  }

  /** Answers as if this range had been asked, such as {@code bytes=0-9}. */
  static Fault otherRange(String range) {
    return new Rewrite(request -> request.with("Range", range));
  }

  /** Answers with a status and headers, and an error body for 400 and above. */
  static Fault status(int status, Headers headers) {
    return answer(Edits.plain(status).plus(headers));
  }

  /** Answers with a status, and an error body for 400 and above. */
  static Fault status(int status) {
    return status(status, Headers.NONE);
  }

  /** Throttles: 429 with {@code Retry-After} in seconds. */
  static Fault tooManyRequests(Duration retryAfter) {
    return status(429, Headers.of("Retry-After", Long.toString(retryAfter.toSeconds())));
  }

  /** Throttles: 429 with {@code Retry-After} as a date. */
  static Fault tooManyRequests(Instant retryAt) {
    return status(429, Headers.of("Retry-After", HttpDate.of(retryAt)));
  }

  /** Refuses the method: 405. Meant for {@code Match…method("HEAD")}. */
  static Fault methodNotAllowed() {
    return status(405, Headers.of("Allow", "GET"));
  }

  /** Refuses with 401 and the registry's own challenge, whatever token was shown. */
  static Fault unauthorized() {
    return new Challenge();
  }

  /** Answers 200 with a page of HTML. */
  static Fault html() {
    return answer(Answer.text(200, "text/html; charset=utf-8", "<html><body>Login</body></html>"));
  }

  /** Redirects to exactly this {@code Location}, absolute or relative. */
  static Fault redirectTo(String location) {
    return status(307, Headers.of("Location", location));
  }

  /** Redirects each request to itself. */
  static Fault redirectLoop() {
    return new Replace(request -> Optional.of(Edits.redirect(request.target())));
  }

  /** Redirects {@code hops} times, then lets the request through. */
  static Fault redirectChain(int hops) {
    return new Replace(request -> Edits.hop(request, hops));
  }

  /** Gives exactly this answer. */
  static Fault answer(Answer answer) {
    return new Replace(_ -> Optional.of(answer));
  }

  /** Changes whatever is answered. */
  static Fault edit(UnaryOperator<Answer> change) {
    return new Edit(change);
  }

  /** Changes the answer where it carries content (200 and 206). */
  static Fault content(UnaryOperator<Answer> change) {
    return new Edit(answer -> answer.isContent() ? change.apply(answer) : answer);
  }
}
