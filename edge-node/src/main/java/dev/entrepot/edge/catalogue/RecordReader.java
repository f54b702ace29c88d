package dev.entrepot.edge.catalogue;

import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Function;

/**
 * Takes the binary form of a record apart. Whatever the bytes are, {@link #read} answers with a
 * record that encodes to the same bytes again, or throws {@link CorruptRecordException}.
 */
final class RecordReader {
  private final ByteBuffer bytes;

  private RecordReader(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  /** Reads a whole record of the given version. */
  static <T> T read(byte[] value, int version, Function<RecordReader, T> fields) {
    try {
      RecordReader reader = new RecordReader(value);
      reader.expect(reader.octet() == version, "of another version");
      T record = fields.apply(reader);
      reader.expect(!reader.bytes.hasRemaining(), "too long");
      return record;
    } catch (BufferUnderflowException _) {
      throw new CorruptRecordException("record is too short");
    } catch (IllegalArgumentException e) {
      throw new CorruptRecordException("record is broken: " + e.getMessage());
    }
  }

  int octet() {
    return Byte.toUnsignedInt(bytes.get());
  }

  long number() {
    return bytes.getLong();
  }

  boolean flag() {
    int value = octet();
    expect(value <= 1, "neither true nor false");
    return value == 1;
  }

  Instant instant() {
    return Instant.ofEpochMilli(number());
  }

  String text() {
    int length = octet() << 8 | octet();
    return utf8(take(length));
  }

  MediaType mediaType() {
    return new MediaType(text());
  }

  Digest digest() {
    return Keys.digestFrom(bytes);
  }

  Descriptor descriptor() {
    return new Descriptor(mediaType(), digest(), number());
  }

  /** Everything that is left. */
  byte[] rest() {
    return take(bytes.remaining());
  }

  /** Fails the record unless the condition holds. */
  void expect(boolean condition, String otherwise) {
    if (!condition) {
      throw new CorruptRecordException("record is " + otherwise);
    }
  }

  private byte[] take(int length) {
    if (length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] taken = new byte[length];
    bytes.get(taken);
    return taken;
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw new CorruptRecordException("record is not UTF-8");
    }
  }
}
