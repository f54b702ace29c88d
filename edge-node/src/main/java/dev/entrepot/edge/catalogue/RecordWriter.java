package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Builds the binary form of a record, field by field. Numbers are big-endian. */
final class RecordWriter {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);

  /** Begins a record with its version. */
  static RecordWriter version(int version) {
    return new RecordWriter().octet(version);
  }

  RecordWriter octet(int value) {
    bytes.write(value);
    return this;
  }

  RecordWriter number(long value) {
    bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    return this;
  }

  /** Milliseconds since the epoch. */
  RecordWriter instant(Instant value) {
    return number(value.toEpochMilli());
  }

  /** At most 65,535 bytes of UTF-8, behind their length. */
  RecordWriter text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > 0xffff) {
      throw new IllegalArgumentException("too long for a record: " + utf8.length + " bytes");
    }
    octet(utf8.length >>> 8).octet(utf8.length);
    return raw(utf8);
  }

  RecordWriter mediaType(MediaType value) {
    return text(value.value());
  }

  /** One byte for the algorithm, then the hash. */
  RecordWriter digest(Digest value) {
    return raw(Keys.digest(value));
  }

  RecordWriter descriptor(Descriptor value) {
    return mediaType(value.mediaType()).digest(value.digest()).number(value.size());
  }

  /** Bytes without a length; only as the last field. */
  RecordWriter raw(byte[] value) {
    bytes.writeBytes(value);
    return this;
  }

  byte[] done() {
    return bytes.toByteArray();
  }
}
