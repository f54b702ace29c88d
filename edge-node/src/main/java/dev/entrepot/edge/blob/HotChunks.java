package dev.entrepot.edge.blob;

import io.netty.buffer.ByteBuf;
import java.util.Iterator;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The chunks of a fill that are in memory. Confined to the fill's lane. */
final class HotChunks {
  private final TreeMap<Integer, ByteBuf> chunks = new TreeMap<>();

  /** Takes over a complete chunk. */
  void put(int chunk, ByteBuf bytes) {
    ByteBuf before = chunks.put(chunk, bytes);
    if (before != null) {
      before.release();
    }
  }

  /** The chunk, if it is here; the caller retains what it keeps. */
  @Nullable ByteBuf get(int chunk) {
    return chunks.get(chunk);
  }

  int count() {
    return chunks.size();
  }

  /** Lets go of the lowest chunks that may go, until at most {@code most} are left. */
  void shrink(int most, IntPredicate mayGo) {
    Iterator<Integer> numbers = chunks.keySet().iterator();
    while (chunks.size() > most && numbers.hasNext()) {
      int chunk = numbers.next();
      if (mayGo.test(chunk)) {
        ByteBuf bytes = chunks.get(chunk);
        numbers.remove();
        if (bytes != null) {
          bytes.release();
        }
      }
    }
  }

  void clear() {
    chunks.values().forEach(ByteBuf::release);
    chunks.clear();
  }
}
