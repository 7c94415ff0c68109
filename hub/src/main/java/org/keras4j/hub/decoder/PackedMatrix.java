package org.keras4j.hub.decoder;

/** The matrices of a layer that may be kept as integers, in the order of {@link DecoderConfig#packedPlanes}. */
enum PackedMatrix {
  QUERY,
  KEY,
  VALUE,
  OUTPUT,
  GATE,
  UP,
  DOWN
}
