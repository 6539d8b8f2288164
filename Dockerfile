# The studio in a container: `docker compose up`, or docker build -t effigies . && docker run -p 8501:8501 effigies
FROM python:3.12-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TF_CPP_MIN_LOG_LEVEL=3 \
    EFFIGIES_STATE=/srv/state

# what must outlive the container: mount a volume there
RUN useradd --uid 1000 --create-home effigies && install --directory --owner effigies --mode 700 /srv/state
WORKDIR /srv/effigies

# A layer of its own: changing the code does not install the libraries again.
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --requirement requirements.txt

# .dockerignore lists what this takes. It stays root's, so that the app cannot change itself.
COPY . .

USER effigies
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

CMD ["python", "-m", "streamlit", "run", "app/main.py", "--server.address=0.0.0.0", "--server.port=8501", \
     "--server.headless=true", "--server.fileWatcherType=none"]
