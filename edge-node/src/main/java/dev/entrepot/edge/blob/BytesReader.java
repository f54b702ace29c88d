package dev.entrepot.edge.blob;

import dev.entrepot.common.cache.CacheStatus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;

/** A small blob, all of it in memory. */
record BytesReader(byte[] bytes, CacheStatus status) implements OpenBlob {
  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public Future<ByteBuf> read(long position, long end, Use use) {
    int from = Math.toIntExact(position);
    int to = Math.toIntExact(Math.min(end, bytes.length));
    return Future.succeededFuture(Unpooled.wrappedBuffer(bytes, from, to - from));
  }

  @Override
  public void close() {}
}
