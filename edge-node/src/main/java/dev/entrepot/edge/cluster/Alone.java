package dev.entrepot.edge.cluster;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The site of an edge that stands alone. */
record Alone(Member self) implements Site {
  @Override
  public List<Member> members() {
    return List.of(self);
  }

  @Override
  public List<Member> ranking(String key) {
    return List.of(self);
  }

  @Override
  public Future<Optional<byte[]>> hint(Kind kind, String key) {
    return Future.succeededFuture(Optional.empty());
  }

  @Override
  public void tell(Kind kind, String key, byte[] value, Duration life) {}

  @Override
  public void forget(Kind kind, String key) {}

  @Override
  public void close() {}
}
