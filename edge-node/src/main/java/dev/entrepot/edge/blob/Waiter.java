package dev.entrepot.edge.blob;

import dev.entrepot.edge.store.ChunkReader;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Promise;

/** A reader's question for bytes {@code position} to at most {@code end}. */
record Waiter(
    FillReader reader, long position, long end, ChunkReader.Mode mode, Promise<ByteBuf> promise) {}
