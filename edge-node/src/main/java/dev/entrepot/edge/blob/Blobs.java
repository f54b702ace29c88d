package dev.entrepot.edge.blob;

import dev.entrepot.common.oci.ByteRange;
import dev.entrepot.edge.access.Vouched;
import io.vertx.core.Future;
import java.util.List;

/** The blobs of this edge. */
public interface Blobs {

  /**
   * Opens a blob for reading: from what is held, from a fill that runs, or by starting one.
   * Completes when the first bytes can be given or nothing ever will be, so that a failure can
   * still be answered in words. Fails like an origin, or with {@code Overloaded}. The caller closes
   * it.
   *
   * @param wanted the ranges that will be read, in that order, each inside the blob; the whole blob
   *     as one range when the client asked for no part
   */
  Future<OpenBlob> open(Vouched blob, List<ByteRange> wanted);
}
