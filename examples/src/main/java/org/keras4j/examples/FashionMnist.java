package org.keras4j.examples;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;

/**
 * The Fashion-MNIST data set (H. Xiao, K. Rasul, R. Vollgraf, 2017; MIT licence): 60,000 images of 28x28
 * pixels for training and 10,000 for testing, in the IDX format. Read from a folder, from where Debian's
 * package {@code dataset-fashion-mnist} puts it, or from {@code ~/.keras/datasets/fashion-mnist}, where it is
 * downloaded to if it is nowhere.
 */
final class FashionMnist {
  private static final String ORIGIN =
      "https://storage.googleapis.com/tensorflow/tf-keras-datasets/";
  private static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");
  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;

  /** A file, and the SHA-256 of its unpacked contents. */
  private record Part(String name, String sha256) {}

  private static final List<Part> PARTS = List.of(
      new Part(
          "train-images-idx3-ubyte.gz",
          "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
      new Part(
          "train-labels-idx1-ubyte.gz",
          "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
      new Part(
          "t10k-images-idx3-ubyte.gz",
          "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
      new Part(
          "t10k-labels-idx1-ubyte.gz",
          "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

  private FashionMnist() {}

  /** The data; null searches the usual places. */
  static ImageData load(Path folder) throws IOException {
    Path home = Path.of(System.getProperty("user.home"), ".keras", "datasets", "fashion-mnist");
    Path from = folder;
    if (from == null) {
      from = Files.isDirectory(DEBIAN) ? DEBIAN : home;
    }
    NDArray[] arrays = new NDArray[PARTS.size()];
    for (int i = 0; i < arrays.length; i++) {
      Part p = PARTS.get(i);
      Path file = from.resolve(p.name);
      if (!Files.exists(file) && from.equals(home)) {
        download(p, file);
      }
      arrays[i] = idx(unpacked(Files.readAllBytes(file), p, file.toString()), p.name);
    }
    return new ImageData(arrays[0], arrays[1], arrays[2], arrays[3]);
  }

  private static void download(Part p, Path file) throws IOException {
    URL url = URI.create(ORIGIN + p.name).toURL();
    byte[] packed;
    try (InputStream in = url.openStream()) {
      packed = in.readAllBytes();
    }
    unpacked(packed, p, url.toString());
    Files.createDirectories(file.getParent());
    Path temporary = Files.createTempFile(file.getParent(), p.name, ".tmp");
    Files.write(temporary, packed);
    Files.move(temporary, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] unpacked(byte[] packed, Part p, String source) throws IOException {
    byte[] data = new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
    try {
      String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
      if (!sum.equals(p.sha256)) {
        throw new IOException(source + " is not what it should be: SHA-256 " + sum);
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
    return data;
  }

  private static NDArray idx(byte[] bytes, String name) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int magic = in.getInt();
    int n = in.getInt();
    if (magic == LABELS) {
      NDArray out = NDArray.zeros(DType.INT32, Shape.of(n));
      for (int i = 0; i < n; i++) {
        out.setLong(i, in.get() & 0xff);
      }
      return out;
    }
    if (magic != IMAGES) {
      throw new IOException(name + " is no IDX file of images or labels");
    }
    int height = in.getInt();
    int width = in.getInt();
    NDArray out = NDArray.zeros(DType.FLOAT32, Shape.of(n, height, width, 1));
    for (int i = 0; i < out.size(); i++) {
      out.setDouble(i, (in.get() & 0xff) / 255.0);
    }
    return out;
  }
}
