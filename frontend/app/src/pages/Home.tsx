export default function Home() {
  return (
    <main className="hero" id="main">
      <h1>Accounts, done with care</h1>
    </main>
  );
}
