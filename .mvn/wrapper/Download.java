import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Copies a URL to a file, for ./mvnw where neither curl nor wget is installed. */
final class Download {
  public static void main(String[] args) throws Exception {
    try (var in = URI.create(args[0]).toURL().openStream()) {
      Files.copy(in, Path.of(args[1]), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
