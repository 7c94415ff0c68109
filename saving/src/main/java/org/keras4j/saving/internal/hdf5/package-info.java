/**
 * Internal: the part of HDF5 that model files need, read within limits and written from front to back.
 *
 * <p>Read: groups of either style, hard links, datasets that are compact, contiguous or chunked (deflate, shuffle,
 * Fletcher-32), of integers, floats, enumerations and opaque elements. Refused: soft and external links, external
 * and virtual datasets, shared messages, other filters and types.
 *
 * @see <a href="https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html">HDF5 File Format
 *     Specification 3.0</a>
 */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.saving.internal.hdf5;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
