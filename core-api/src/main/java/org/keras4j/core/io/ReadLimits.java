package org.keras4j.core.io;

/**
 * What a reader of files takes at most. A file that asks for more is refused with an exception that names the
 * limit, before the memory or the disk is taken. The defaults let the files of ordinary models pass and keep
 * hostile ones from harm; for large files of one's own a limit is raised by its name:
 *
 * <pre>
 * ReadLimits limits = ReadLimits.builder().maxExpansion(1000).build();
 * Map&lt;String, NDArray&gt; masks = Npz.read(file, limits);
 * </pre>
 *
 * <p>Objects of this class do not change and may be shared by threads.
 */
public final class ReadLimits {
  private static final int MIB = 1 << 20;
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE;
  private static final ReadLimits DEFAULTS = new Builder().build();

  private final long maxArrayBytes;
  private final long maxExpansion;
  private final long freeExpansionBytes;
  private final long maxUnpackedBytes;
  private final int maxEntries;
  private final int maxConfigBytes;
  private final int maxConfigTokens;
  private final int maxConfigDepth;
  private final int maxAssetBytes;
  private final int maxAssetLines;
  private final long maxStructureBytes;
  private final long maxWeightsExpansion;
  private final long maxOperations;

  private ReadLimits(Builder b) {
    this.maxArrayBytes = b.maxArrayBytes;
    this.maxExpansion = b.maxExpansion;
    this.freeExpansionBytes = b.freeExpansionBytes;
    this.maxUnpackedBytes = b.maxUnpackedBytes;
    this.maxEntries = b.maxEntries;
    this.maxConfigBytes = b.maxConfigBytes;
    this.maxConfigTokens = b.maxConfigTokens;
    this.maxConfigDepth = b.maxConfigDepth;
    this.maxAssetBytes = b.maxAssetBytes;
    this.maxAssetLines = b.maxAssetLines;
    this.maxStructureBytes = b.maxStructureBytes;
    this.maxWeightsExpansion = b.maxWeightsExpansion;
    this.maxOperations = b.maxOperations;
  }

  /** The limits that hold where none are given. */
  public static ReadLimits defaults() {
    return DEFAULTS;
  }

  /** A builder that starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts with these limits. */
  public Builder rebuild() {
    Builder b = new Builder();
    b.maxArrayBytes = maxArrayBytes;
    b.maxExpansion = maxExpansion;
    b.freeExpansionBytes = freeExpansionBytes;
    b.maxUnpackedBytes = maxUnpackedBytes;
    b.maxEntries = maxEntries;
    b.maxConfigBytes = maxConfigBytes;
    b.maxConfigTokens = maxConfigTokens;
    b.maxConfigDepth = maxConfigDepth;
    b.maxAssetBytes = maxAssetBytes;
    b.maxAssetLines = maxAssetLines;
    b.maxStructureBytes = maxStructureBytes;
    b.maxWeightsExpansion = maxWeightsExpansion;
    b.maxOperations = maxOperations;
    return b;
  }

  /**
   * Bytes of memory that one array of a file may take, and all arrays together where a call returns several, as
   * {@code Npz.read} does; half of the JVM's heap by default, 2 GiB at most.
   */
  public long maxArrayBytes() {
    return maxArrayBytes;
  }

  /** How many times its packed size data may unpack to; 50 by default. */
  public long maxExpansion() {
    return maxExpansion;
  }

  /** Bytes to which data may unpack whatever its packed size; 64 MiB by default. */
  public long freeExpansionBytes() {
    return freeExpansionBytes;
  }

  /** Bytes that the compressed entries of one archive may unpack to together; 8 GiB by default. */
  public long maxUnpackedBytes() {
    return maxUnpackedBytes;
  }

  /** Entries of an archive; 100,000 by default. */
  public int maxEntries() {
    return maxEntries;
  }

  /** Bytes of a model's config; 64 MiB by default. */
  public int maxConfigBytes() {
    return maxConfigBytes;
  }

  /** JSON tokens (names, values, brackets) of a model's config; 5,000,000 by default. */
  public int maxConfigTokens() {
    return maxConfigTokens;
  }

  /** How deep a model's config may be nested; 500 by default. */
  public int maxConfigDepth() {
    return maxConfigDepth;
  }

  /** Bytes of one text of a layer, a vocabulary for instance; 64 MiB by default. */
  public int maxAssetBytes() {
    return maxAssetBytes;
  }

  /** Lines of one text of a layer; 4,000,000 by default. */
  public int maxAssetLines() {
    return maxAssetLines;
  }

  /** Bytes of a HDF5 file's structures (headers, indices, names) that are read; 512 MiB by default. */
  public long maxStructureBytes() {
    return maxStructureBytes;
  }

  /**
   * How many times the size of a file's weights the weights of its model, and tables that its layers compute, may take
   * in memory, 64 MiB besides; 4 by default. A config can ask for any size, the weights that lie beside it cannot.
   */
  public long maxWeightsExpansion() {
    return maxWeightsExpansion;
  }

  /**
   * Operations on tensors that the layers of a model may need together when the model is put together; 1,000,000 by
   * default. A config of a few bytes can ask for any number, an unrolled recurrent layer for instance.
   */
  public long maxOperations() {
    return maxOperations;
  }

  /**
   * Refuses sizes out of proportion.
   *
   * @param what the thing that unpacks, for the message
   * @param packed its bytes in the file
   * @param unpacked the bytes that it claims or turns out to have
   * @throws FileFormatException if that is beyond {@link #freeExpansionBytes()} and {@link #maxExpansion()}
   */
  public void checkExpansion(String what, long packed, long unpacked) throws FileFormatException {
    if (unpacked > freeExpansionBytes && unpacked / maxExpansion >= Math.max(1, packed)) {
      throw new FileFormatException(what + " unpacks from " + packed + " bytes to " + unpacked
          + ", more than the " + maxExpansion + " times that are taken (ReadLimits.maxExpansion)");
    }
  }

  /**
   * Refuses arrays beyond {@link #maxArrayBytes()}.
   *
   * @throws FileFormatException if so
   */
  public void checkArray(String what, long bytes) throws FileFormatException {
    if (bytes > maxArrayBytes) {
      throw new FileFormatException(what + " takes " + bytes + " bytes of memory, more than the "
          + maxArrayBytes + " that are taken (ReadLimits.maxArrayBytes)");
    }
  }

  /** Sets limits; each is positive. */
  public static final class Builder {
    private long maxArrayBytes = Math.min(LARGEST_ARRAY, Runtime.getRuntime().maxMemory() / 2);
    private long maxExpansion = 50;
    private long freeExpansionBytes = 64L * MIB;
    private long maxUnpackedBytes = 8L << 30;
    private int maxEntries = 100_000;
    private int maxConfigBytes = 64 * MIB;
    private int maxConfigTokens = 5_000_000;
    private int maxConfigDepth = 500;
    private int maxAssetBytes = 64 * MIB;
    private int maxAssetLines = 4_000_000;
    private long maxStructureBytes = 512L * MIB;
    private long maxWeightsExpansion = 4;
    private long maxOperations = 1_000_000;

    private Builder() {}

    private static long positive(String name, long value) {
      if (value < 1) {
        throw new IllegalArgumentException(
            "ReadLimits: " + name + " expects a positive number, got " + value);
      }
      return value;
    }

    /** See {@link ReadLimits#maxArrayBytes()}. */
    public Builder maxArrayBytes(long value) {
      maxArrayBytes = positive("maxArrayBytes", value);
      return this;
    }

    /** See {@link ReadLimits#maxExpansion()}. */
    public Builder maxExpansion(long value) {
      maxExpansion = positive("maxExpansion", value);
      return this;
    }

    /** See {@link ReadLimits#freeExpansionBytes()}. */
    public Builder freeExpansionBytes(long value) {
      freeExpansionBytes = positive("freeExpansionBytes", value);
      return this;
    }

    /** See {@link ReadLimits#maxUnpackedBytes()}. */
    public Builder maxUnpackedBytes(long value) {
      maxUnpackedBytes = positive("maxUnpackedBytes", value);
      return this;
    }

    /** See {@link ReadLimits#maxEntries()}. */
    public Builder maxEntries(int value) {
      maxEntries = (int) positive("maxEntries", value);
      return this;
    }

    /** See {@link ReadLimits#maxConfigBytes()}. */
    public Builder maxConfigBytes(int value) {
      maxConfigBytes = (int) positive("maxConfigBytes", value);
      return this;
    }

    /** See {@link ReadLimits#maxConfigTokens()}. */
    public Builder maxConfigTokens(int value) {
      maxConfigTokens = (int) positive("maxConfigTokens", value);
      return this;
    }

    /** See {@link ReadLimits#maxConfigDepth()}. */
    public Builder maxConfigDepth(int value) {
      maxConfigDepth = (int) positive("maxConfigDepth", value);
      return this;
    }

    /** See {@link ReadLimits#maxAssetBytes()}. */
    public Builder maxAssetBytes(int value) {
      maxAssetBytes = (int) positive("maxAssetBytes", value);
      return this;
    }

    /** See {@link ReadLimits#maxAssetLines()}. */
    public Builder maxAssetLines(int value) {
      maxAssetLines = (int) positive("maxAssetLines", value);
      return this;
    }

    /** See {@link ReadLimits#maxStructureBytes()}. */
    public Builder maxStructureBytes(long value) {
      maxStructureBytes = positive("maxStructureBytes", value);
      return this;
    }

    /** See {@link ReadLimits#maxWeightsExpansion()}. */
    public Builder maxWeightsExpansion(long value) {
      maxWeightsExpansion = positive("maxWeightsExpansion", value);
      return this;
    }

    /** See {@link ReadLimits#maxOperations()}. */
    public Builder maxOperations(long value) {
      maxOperations = positive("maxOperations", value);
      return this;
    }

    /** The limits. */
    public ReadLimits build() {
      return new ReadLimits(this);
    }
  }
}
