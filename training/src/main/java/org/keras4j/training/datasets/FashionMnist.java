package org.keras4j.training.datasets;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.files.GetFile;
import org.keras4j.core.internal.messages.Failures;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;

/**
 * Fashion-MNIST, pictures of clothes ({@code keras.datasets.fashion_mnist}): 60,000 to train on and 10,000 to test with, uint8
 * {@code (samples, 28, 28)} from 0 to 255, labels uint8: T-shirt or top, trouser, pullover, dress, coat, sandal, shirt,
 * sneaker, bag, ankle boot. Of Zalando SE, MIT licence.
 */
public final class FashionMnist {
  private static final int LABELS = 0x801;
  private static final int IMAGES = 0x803;

  private FashionMnist() {}

  /**
   * The data, from Keras's cache, into which they are fetched if they are not there.
   *
   * @throws IOException if they cannot be had; the message says what to do
   */
  public static ArrayData load() throws IOException {
    return load(null);
  }

  /**
   * Likewise, from a folder with the four files {@code train-images-idx3-ubyte.gz} and so on, as Debian's package {@code
   * dataset-fashion-mnist} has it; null for the one in the cache.
   */
  public static ArrayData load(@Nullable Path folder) throws IOException {
    NDArray[] a = new NDArray[4];
    String[] names = {
      "train-images-idx3-ubyte.gz",
      "train-labels-idx1-ubyte.gz",
      "t10k-images-idx3-ubyte.gz",
      "t10k-labels-idx1-ubyte.gz"
    };
    for (int i = 0; i < names.length; i++) {
      Path file = folder != null
          ? folder.resolve(names[i])
          : GetFile.of(ArrayFiles.ORIGIN + names[i])
              .fname(names[i])
              .cacheSubdir("datasets/fashion-mnist")
              .get();
      a[i] = read(file);
    }
    return new ArrayData(a[0], a[1], a[2], a[3]);
  }

  private static NDArray read(Path file) throws IOException {
    byte[] packed = Files.readAllBytes(file);
    long most = ReadLimits.defaults().maxArrayBytes();
    byte[] b;
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      b = in.readNBytes((int) Math.min(most, Integer.MAX_VALUE - 8));
    } catch (ZipException | EOFException e) {
      throw Failures.inPlaceOf(
          e, new FileFormatException("'" + file + "' is damaged: " + e.getMessage(), e.getCause()));
    }
    ByteBuffer in = ByteBuffer.wrap(b);
    int magic = b.length < 8 ? 0 : in.getInt();
    if (magic != LABELS && (magic != IMAGES || b.length < 16)) {
      throw new FileFormatException("'" + file + "' is no IDX file of images or labels");
    }
    int n = in.getInt();
    Shape shape = magic == LABELS ? Shape.of(n) : Shape.of(n, in.getInt(), in.getInt());
    if (n < 0 || shape.size() != in.remaining()) {
      throw new FileFormatException(
          "'" + file + "' has " + in.remaining() + " bytes, its head announces " + shape);
    }
    NDArray out = NDArray.zeros(DType.UINT8, shape);
    out.bytes().put(in);
    return out;
  }
}
