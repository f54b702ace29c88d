package dev.entrepot.edge.origin;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.util.Optional;

/** The bytes of one answer, pulled by whoever wants them. Not thread-safe; one reader. */
public interface Body {

  /**
   * The next bytes, in order; empty at a proper end. The caller owns the buffer and releases it. At
   * most one read may be outstanding. Fails with {@code OriginTimeout} on a stall and {@code
   * OriginUnreachable} on a broken connection; what was read before stays valid.
   */
  Future<Optional<ByteBuf>> read();

  /**
   * Stops the transfer; an outstanding read fails or ends. May be called at any time, repeatedly.
   */
  void cancel();

  /**
   * Says that the bytes were not those that were asked for, so that whoever sent them is asked less
   * willingly. May be called at any time, also after the end.
   */
  default void wrong() {}
}
