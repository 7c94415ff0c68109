package org.keras4j.backend.xla.export;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.keras4j.core.NDArray;
import org.keras4j.core.npy.Npz;
import org.keras4j.core.spi.ForeignProgram;
import org.keras4j.core.spi.ProgramFormat;

/**
 * The format {@code "stablehlo"} of programs to be trained: a folder with {@code module.mlir} and {@code weights.npz} as {@link
 * StableHloFormat} writes them, {@code gradient.mlir}, and where training computes something else {@code training.mlir} and
 * {@code training-gradient.mlir}.
 */
public final class StableHloPrograms implements ProgramFormat {
  private static final List<String> PARTS =
      List.of("module", "gradient", "training", "training-gradient");

  /** Found by {@code ServiceLoader}. */
  public StableHloPrograms() {}

  @Override
  public String name() {
    return "stablehlo";
  }

  @Override
  public ForeignProgram load(Path source) throws IOException {
    if (!Files.isRegularFile(source.resolve("module.mlir"))) {
      throw new IOException(
          source + " is not the folder of a program of StableHLO: it has no module.mlir");
    }
    Map<String, String> texts = new TreeMap<>();
    for (String part : PARTS) {
      Path file = source.resolve(part + ".mlir");
      if (Files.isRegularFile(file)) {
        texts.put(part, Files.readString(file));
      }
    }
    Map<String, NDArray> arrays = Npz.read(source.resolve(StableHloFormat.WEIGHTS));
    return new StableHloProgram(source.toString(), texts, arrays::get, bytes(texts));
  }

  @Override
  public ForeignProgram read(byte[] program) throws IOException {
    Map<String, String> texts = new HashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(program))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        texts.put(e.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    if (!texts.containsKey("module")) {
      throw new IOException("The bytes are not those of a program of StableHLO");
    }
    return new StableHloProgram("the program", texts, key -> null, program);
  }

  private static byte[] bytes(Map<String, String> texts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> e : texts.entrySet()) {
        ZipEntry entry = new ZipEntry(e.getKey());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(e.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return out.toByteArray();
  }
}
