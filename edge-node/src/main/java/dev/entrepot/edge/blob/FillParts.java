package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.origin.BlobOrigin;
import dev.entrepot.edge.store.CellStore;
import dev.entrepot.edge.store.DiskRoom;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * What a fill works with.
 *
 * @param lane runs the fill's tasks one after the other
 * @param kept told when the blob is held whole
 * @param whenEnded told when the fill has ended
 */
record FillParts(
    BlobConfig config,
    BlobOrigin origin,
    CellStore cells,
    DiskRoom disk,
    Shelf shelf,
    Scheduler scheduler,
    RandomGenerator random,
    BlobStats stats,
    ToIntFunction<String> connectionsPerFill,
    Executor lane,
    Consumer<Digest> kept,
    Consumer<Fill> whenEnded) {

  void ended(Fill fill) {
    whenEnded.accept(fill);
  }
}
