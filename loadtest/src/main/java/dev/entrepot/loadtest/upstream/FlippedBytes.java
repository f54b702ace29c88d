package dev.entrepot.loadtest.upstream;

/** Content with one wrong byte. */
record FlippedBytes(Bytes right, long position) implements Bytes {
  @Override
  public long size() {
    return right.size();
  }

  @Override
  public void read(long from, byte[] into, int length) {
    right.read(from, into, length);
    long index = position - from;
    if (index >= 0 && index < length) {
      into[(int) index] ^= (byte) 0xFF;
    }
  }
}
