package org.keras4j.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.GenericDict;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.keras4j.core.internal.io.AtomicFile;

/** Tensors by name in a file of Python's {@code torch.save}. */
final class StateDictFile {
  private StateDictFile() {}

  static void write(Map<String, Tensor> state, Path file) {
    byte[] bytes;
    try (IValue dict = dict(state);
        ByteVector pickled = torch.pickle_save(dict)) {
      bytes = pickled.get();
    }
    try {
      AtomicFile.write(file, out -> out.write(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // the preset makes no dictionaries: a function of TorchScript does
  private static IValue dict(Map<String, Tensor> state) {
    StringBuilder text = new StringBuilder("def main(");
    StringBuilder items = new StringBuilder();
    List<String> names = new ArrayList<>(state.keySet());
    for (int i = 0; i < names.size(); i++) {
      text.append(i == 0 ? "" : ", ").append('t').append(i).append(": Tensor");
      items.append(i == 0 ? "" : ", ");
      items.append('"').append(names.get(i)).append("\": t").append(i);
    }
    text.append("):\n  return {").append(items).append("}\n");
    try (CompilationUnit unit = torch.compile(text.toString());
        Function f = unit.get_functions().get(0);
        IValueVector stack = new IValueVector()) {
      for (Tensor t : state.values()) {
        try (Tensor plain = t.detach();
            IValue v = new IValue(plain)) {
          stack.push_back(v);
        }
      }
      f.run(stack);
      return new IValue(stack.get(0));
    }
  }

  /** The tensors of these names, as far as the file has them. */
  static Map<String, Tensor> read(Path file, Set<String> names) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (ByteVector pickled = new ByteVector(bytes);
        IValue value = torch.pickle_load(pickled)) {
      if (!value.isGenericDict()) {
        throw new IllegalArgumentException(file + " has no dictionary of tensors in it");
      }
      return tensors(value.toGenericDict(), names, file);
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          file + " is not a file that torch.save wrote tensors to", e);
    }
  }

  private static Map<String, Tensor> tensors(GenericDict dict, Set<String> names, Path file) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (String n : names) {
      try (IValue key = new IValue(n)) {
        if (dict.contains(key)) {
          IValue v = dict.at(key);
          if (!v.isTensor()) {
            throw new IllegalArgumentException(file + ": '" + n + "' is no tensor");
          }
          out.put(n, v.toTensor());
        }
      }
    }
    if (dict.size() > out.size()) {
      throw new IllegalArgumentException(file + " has " + dict.size() + " tensors, of which "
          + out.size() + " have names of this module's " + names);
    }
    return out;
  }
}
