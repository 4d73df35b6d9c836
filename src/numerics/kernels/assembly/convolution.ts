// AssemblyScript. Convolutions as products of matrices: patches of images, four floats at a time. Images are rows x columns x channels, row-major.

/**
 * Writes each `size` x `size` patch of `count` images as a row of `width` floats: `size` rows of `size` pixels with their channels,
 * then zeros. Where there is more than one channel their number is a multiple of 4.
 */
export function patches32(
  images: usize,
  count: usize,
  rows: usize,
  columns: usize,
  channels: usize,
  size: usize,
  width: usize,
  out: usize,
): void {
  const line = (columns * channels) << 2;
  const piece = (size * channels) << 2;
  const rest = (width << 2) - piece * size;
  for (let n: usize = 0; n < count; n++, images += rows * line)
    for (let y: usize = 0; y + size <= rows; y++)
      for (let x: usize = 0; x + size <= columns; x++) {
        let from = images + y * line + ((x * channels) << 2);
        for (let r: usize = 0; r < size; r++, from += line) {
          const end = out + piece;
          let p = from;
          for (; out + 16 <= end; out += 16, p += 16) v128.store(out, v128.load(p));
          for (; out < end; out += 4, p += 4) store<f32>(out, load<f32>(p));
        }
        for (const end = out + rest; out < end; out += 4) store<f32>(out, 0);
      }
}

/** The transpose of {@link patches32}: each pixel of `images` becomes the sum of its places in the patches. */
export function patchSums32(
  patches: usize,
  count: usize,
  rows: usize,
  columns: usize,
  channels: usize,
  size: usize,
  width: usize,
  images: usize,
): void {
  const line = (columns * channels) << 2;
  const piece = (size * channels) << 2;
  const rest = (width << 2) - piece * size;
  memory.fill(images, 0, count * rows * line);
  for (let n: usize = 0; n < count; n++, images += rows * line)
    for (let y: usize = 0; y + size <= rows; y++)
      for (let x: usize = 0; x + size <= columns; x++) {
        let to = images + y * line + ((x * channels) << 2);
        for (let r: usize = 0; r < size; r++, to += line) {
          const end = patches + piece;
          let p = to;
          for (; patches + 16 <= end; patches += 16, p += 16)
            v128.store(p, f32x4.add(v128.load(p), v128.load(patches)));
          for (; patches < end; patches += 4, p += 4) store<f32>(p, load<f32>(p) + load<f32>(patches));
        }
        patches += rest;
      }
}

/** The largest of each square of 2 x 2 pixels, and in `from` which one it is, 0 to 3; a last odd row or column is left out. Channels are a multiple of 4. */
export function pool32(
  images: usize,
  count: usize,
  rows: usize,
  columns: usize,
  channels: usize,
  out: usize,
  from: usize,
): void {
  const pixel = channels << 2;
  const line = columns * pixel;
  for (let n: usize = 0; n < count; n++, images += rows * line)
    for (let y: usize = 0; y + 2 <= rows; y += 2)
      for (let x: usize = 0; x + 2 <= columns; x += 2) {
        let p = images + y * line + x * pixel;
        for (const end = p + pixel; p < end; p += 16, out += 16, from += 16) {
          let best = v128.load(p);
          let which = i32x4.splat(0);
          const next = v128.load(p + pixel);
          let isMore = f32x4.gt(next, best);
          best = v128.bitselect(next, best, isMore);
          which = v128.bitselect(i32x4.splat(1), which, isMore);
          const lower = v128.load(p + line);
          isMore = f32x4.gt(lower, best);
          best = v128.bitselect(lower, best, isMore);
          which = v128.bitselect(i32x4.splat(2), which, isMore);
          const last = v128.load(p + line + pixel);
          isMore = f32x4.gt(last, best);
          v128.store(out, v128.bitselect(last, best, isMore));
          v128.store(from, v128.bitselect(i32x4.splat(3), which, isMore));
        }
      }
}

/** The derivatives by the images from those by what `pool32` wrote: to the pixel that was the largest, zero elsewhere. */
export function unpool32(
  deltas: usize,
  from: usize,
  count: usize,
  rows: usize,
  columns: usize,
  channels: usize,
  images: usize,
): void {
  const pixel = channels << 2;
  const line = columns * pixel;
  memory.fill(images, 0, count * rows * line);
  for (let n: usize = 0; n < count; n++, images += rows * line)
    for (let y: usize = 0; y + 2 <= rows; y += 2)
      for (let x: usize = 0; x + 2 <= columns; x += 2) {
        let p = images + y * line + x * pixel;
        for (const end = p + pixel; p < end; p += 16, deltas += 16, from += 16) {
          const delta = v128.load(deltas);
          const which = v128.load(from);
          v128.store(p, v128.and(delta, i32x4.eq(which, i32x4.splat(0))));
          v128.store(p + pixel, v128.and(delta, i32x4.eq(which, i32x4.splat(1))));
          v128.store(p + line, v128.and(delta, i32x4.eq(which, i32x4.splat(2))));
          v128.store(p + line + pixel, v128.and(delta, i32x4.eq(which, i32x4.splat(3))));
        }
      }
}
