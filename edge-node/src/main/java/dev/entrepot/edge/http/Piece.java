package dev.entrepot.edge.http;

import dev.entrepot.common.oci.ByteRange;
import io.vertx.core.buffer.Buffer;

/** What a body is made of. */
sealed interface Piece {

  /** How many bytes. */
  long length();

  /** Bytes of the blob. */
  record Part(ByteRange range) implements Piece {
    @Override
    public long length() {
      return range.length();
    }
  }

  /** Bytes between parts. */
  record Text(Buffer bytes) implements Piece {
    @Override
    public long length() {
      return bytes.length();
    }
  }
}
