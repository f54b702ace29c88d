package dev.entrepot.edge.blob;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts that others read; never asked by any decision. */
public final class BlobStats {
  private final LongAdder fetchedBytes = new LongAdder();
  private final LongAdder storeBytes = new LongAdder();
  private final LongAdder memoryBytes = new LongAdder();
  private final LongAdder fillBytes = new LongAdder();
  private final LongAdder fillsStarted = new LongAdder();
  private final LongAdder fillsFailed = new LongAdder();
  private final LongAdder lies = new LongAdder();
  private final LongAdder rotten = new LongAdder();
  private final LongAdder evictions = new LongAdder();
  private final LongAdder evictedBytes = new LongAdder();
  private final LongAdder unstored = new LongAdder();
  private final AtomicInteger fillsRunning = new AtomicInteger();
  private final AtomicInteger fillReaders = new AtomicInteger();

  void fetched(long bytes) {
    fetchedBytes.add(bytes);
  }

  void servedFromStore(long bytes) {
    storeBytes.add(bytes);
  }

  void servedFromMemory(long bytes) {
    memoryBytes.add(bytes);
  }

  void servedFromFill(long bytes) {
    fillBytes.add(bytes);
  }

  void fillStarted() {
    fillsStarted.increment();
    fillsRunning.incrementAndGet();
  }

  void fillEnded(boolean failed) {
    fillsRunning.decrementAndGet();
    if (failed) {
      fillsFailed.increment();
    }
  }

  void lied() {
    lies.increment();
  }

  void foundRotten() {
    rotten.increment();
  }

  void evicted(int blobs, long bytes) {
    evictions.add(blobs);
    evictedBytes.add(bytes);
  }

  void passedThrough() {
    unstored.increment();
  }

  void readers(int difference) {
    fillReaders.addAndGet(difference);
  }

  /** Bytes of bodies that came from origins. */
  public long fetchedBytes() {
    return fetchedBytes.sum();
  }

  /** Bytes given to readers from the store. */
  public long storeBytes() {
    return storeBytes.sum();
  }

  /** Bytes given to readers from memory. */
  public long memoryBytes() {
    return memoryBytes.sum();
  }

  /** Bytes given to readers of fills. */
  public long fillBytes() {
    return fillBytes.sum();
  }

  /** Fills begun since start. */
  public long fillsStarted() {
    return fillsStarted.sum();
  }

  /** Fills that ended without the blob. */
  public long fillsFailed() {
    return fillsFailed.sum();
  }

  /** Fills that run now. */
  public int fillsRunning() {
    return fillsRunning.get();
  }

  /** Readers of fills that run now. */
  public int fillReaders() {
    return fillReaders.get();
  }

  /** Blobs whose bytes did not hash to their digest. */
  public long lies() {
    return lies.sum();
  }

  /** Cells found rotten on disk. */
  public long rotten() {
    return rotten.sum();
  }

  /** Blobs evicted. */
  public long evictions() {
    return evictions.sum();
  }

  /** Bytes given back by evictions. */
  public long evictedBytes() {
    return evictedBytes.sum();
  }

  /** Fills that could not be stored and were passed through. */
  public long passedThroughFills() {
    return unstored.sum();
  }
}
