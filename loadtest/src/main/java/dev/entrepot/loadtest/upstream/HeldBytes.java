package dev.entrepot.loadtest.upstream;

/** Content in one array. */
record HeldBytes(byte[] content) implements Bytes {
  @Override
  public long size() {
    return content.length;
  }

  @Override
  public void read(long position, byte[] into, int length) {
    System.arraycopy(content, Math.toIntExact(position), into, 0, length);
  }
}
