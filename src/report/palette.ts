/**
 * The colors of pages, light and dark. `--c0` .. `--c5` tell series apart also for color-blind eyes [OkabeIto2008]; `--r0` .. `--r8` are
 * one hue, the last with most contrast to the paper.
 */
export const PALETTE = `:root {
  color-scheme: light dark;
  --ink: #1c1c1a; --quiet: #5f5e59; --line: #dddbd4; --rule: #1c1c1a; --paper: #fdfdfb; --link: #1f5f8b;
  --c0: #0067a5; --c1: #c44e00; --c2: #00836a; --c3: #b0568c; --c4: #8a6d00; --c5: #4b4b4b;
  --r0: #e4eef5; --r1: #c9dfed; --r2: #aaccdf; --r3: #86b5d0; --r4: #619cbe; --r5: #4183aa; --r6: #276992; --r7: #144f77; --r8: #07345a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #e8e6e0; --quiet: #a5a29a; --line: #383732; --rule: #b9b6ad; --paper: #171716; --link: #8cc4ea;
    --c0: #6fb7e9; --c1: #f08a4b; --c2: #4fc3a1; --c3: #e097c3; --c4: #dcb93c; --c5: #b8b8b8;
    --r0: #1d2d38; --r1: #22404f; --r2: #275468; --r3: #306981; --r4: #41809a; --r5: #5b98b3; --r6: #7db2ca; --r7: #a7cde0; --r8: #d9edf7;
  }
}
`;
